from ui.tables import safe_table

PRICES = (
    "<table onclick='x()'><thead><tr><th>Part</th><th colspan='2'>Price</th></tr></thead>"
    "<tbody><tr><td>CH592F</td><td>129</td><td>CNY</td></tr>"
    "<tr><td>BD-20S</td><td>99</td><td>CNY</td></tr></tbody></table>"
)


def test_a_table_keeps_its_cells_and_spans_and_loses_everything_else() -> None:
    assert safe_table(PRICES) == (
        '<table class="cd-table"><tr><th>Part</th><th colspan="2">Price</th></tr>'
        "<tr><td>CH592F</td><td>129</td><td>CNY</td></tr>"
        "<tr><td>BD-20S</td><td>99</td><td>CNY</td></tr></table>"
    )


def test_the_row_a_quote_holds_is_marked() -> None:
    drawn = safe_table(PRICES, ("BD-20S | 99 | CNY",))
    assert drawn.count("cd-cited-row") == 1
    assert '<tr class="cd-cited-row"><td>BD-20S</td>' in drawn


def test_scripts_and_markup_in_cells_do_not_reach_the_page() -> None:
    drawn = safe_table(
        "<table><tr><td>a<script>steal()</script><img src=x onerror=y>&lt;b&gt;</td></tr></table>"
    )
    assert drawn == '<table class="cd-table"><tr><td>a&lt;b&gt;</td></tr></table>'


def test_what_is_no_table_draws_nothing() -> None:
    assert safe_table("<p>no table</p>") == ""
    assert safe_table("") == ""


def test_a_span_that_would_break_the_page_is_bounded() -> None:
    assert 'rowspan="100"' in safe_table("<tr><td rowspan='99999'>x</td></tr>")
    assert "colspan" not in safe_table("<tr><td colspan='-1'>x</td></tr>")


def test_a_long_table_on_a_card_keeps_its_header_and_the_cited_row() -> None:
    rows = "".join(f"<tr><td>P-{n}</td><td>{n} CNY</td></tr>" for n in range(100, 140))
    html = f"<table><tr><th>Part</th><th>Price</th></tr>{rows}</table>"
    drawn = safe_table(html, ("P-133 | 133 CNY",), limit=4)
    assert drawn == (
        '<table class="cd-table"><tr><th>Part</th><th>Price</th></tr>'
        "<tr><td>P-100</td><td>100 CNY</td></tr><tr><td>P-101</td><td>101 CNY</td></tr>"
        '<tr class="cd-cited-row"><td>P-133</td><td>133 CNY</td></tr>'
        '<tr><td colspan="2">…</td></tr></table>'
    )


def test_a_table_whose_cells_reach_over_rows_is_never_cut() -> None:
    html = "<tr><td rowspan='3'>x</td><td>1</td></tr>" + "<tr><td>2</td></tr>" * 9
    assert safe_table(html, limit=2).count("<tr>") == 10
