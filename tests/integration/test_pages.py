"""Pages of originals as pictures: the passage marked, audiences kept, hostile files survived."""

import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops

from core.errors import FileCorrupt, NotFound
from core.types import Box
from ingest import pages
from service.samples import SAMPLES

PDF = "application/pdf"
MANUAL = SAMPLES / "x2-manual-zh.pdf"


@pytest.fixture(scope="module")
def agent(live_service: Any) -> Iterator[httpx.Client]:
    with live_service.client("agent") as client:
        yield client


@pytest.fixture(scope="module")
def anyone(live_service: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_service.api_url, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def hit(agent: httpx.Client) -> dict[str, Any]:
    """A passage of the sample manual."""
    body = {"query": "X2 初效滤网可以用水洗吗", "top": 20}
    hits = agent.post("/v1/search", json=body).json()["hits"]
    return next(h for h in hits if "初效滤网可用清水冲洗" in h["text"])


@pytest.fixture(scope="module")
def secret(agent: httpx.Client, live_service: Any) -> dict[str, Any]:
    """A passage of an internal PDF."""
    with live_service.client("knowledge") as knowledge:
        file = {"file": ("thresholds.pdf", MANUAL.read_bytes())}
        fields = {"audience": "internal", "document": "secret-thresholds"}
        taken = knowledge.post("/v1/documents", files=file, data=fields).json()
        while knowledge.get(f"/v1/jobs/{taken['job_id']}").json()["state"] != "done":
            time.sleep(0.1)
        yield knowledge.get(f"/v1/chunks/{taken['version_id']}-00010").json()
        knowledge.delete(f"/v1/documents/{taken['document_id']}")


def address(passage: dict[str, Any], page: object = None, public: bool = False) -> str:
    number = passage["page"] if page is None else page
    return f"/v1/{'public/' if public else ''}versions/{passage['version_id']}/pages/{number}.png"


def picture(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return Image.open(BytesIO(answer.content)).convert("RGB")


def marker(drawn: Image.Image) -> int:
    """How many dots of a picture are bare paper under the highlighter."""
    colours = drawn.getcolors(drawn.width * drawn.height) or []
    return sum(count for count, colour in colours if colour == (255, 234, 110))


def test_a_citation_opens_on_its_page_with_the_passage_marked(
    agent: httpx.Client, hit: dict[str, Any]
):
    passage = agent.get(f"/v1/chunks/{hit['chunk_id']}").json()
    assert (passage["has_page_image"], passage["confidence"]) == (True, None)
    assert passage["pages"] == [8, 8]
    assert hit["confidence"] is None
    answer = agent.get(address(passage), params={"chunk": hit["chunk_id"], "width": 840})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["cache-control"].startswith("private")
    drawn = picture(answer)
    plain = picture(agent.get(address(passage), params={"width": 840}))
    assert drawn.size == plain.size
    assert drawn.width == 840
    assert marker(plain) == 0
    # Everything that is not marked is as it was.
    left, top, right, bottom = ImageChops.difference(drawn, plain).getbbox() or (0, 0, 0, 0)
    # Where the passage is printed: the last paragraph of its page and the warning under it.
    assert top > 0.7 * drawn.height
    assert bottom < 0.97 * drawn.height
    assert right - left > 0.6 * drawn.width
    assert float(answer.headers["x-citedesk-marked-at"]) == pytest.approx(
        top / drawn.height, abs=0.01
    )
    # Much of it is bare yellow now, between ink that is still there.
    assert marker(drawn) > 0.2 * (right - left) * (bottom - top)
    inside = plain.crop((left, top, right, bottom)).convert("L").histogram()
    under = drawn.crop((left, top, right, bottom)).convert("L").histogram()
    assert sum(under[:90]) >= sum(inside[:90]) > 500


def test_the_public_sees_a_live_page_of_a_public_document(
    anyone: httpx.Client, hit: dict[str, Any]
):
    answer = anyone.get(address(hit, public=True), params={"chunk": hit["chunk_id"]})
    assert marker(picture(answer)) > 1000
    assert answer.headers["cache-control"].startswith("public")


def test_a_customer_gets_no_internal_page_by_any_id(
    anyone: httpx.Client, live_service: Any, secret: dict[str, Any], hit: dict[str, Any]
):
    assert secret["audience"] == "internal"
    for chunk in ("", secret["chunk_id"], hit["chunk_id"]):
        hidden = anyone.get(address(secret, 1, public=True), params={"chunk": chunk})
        assert (hidden.status_code, hidden.json()["code"]) == (404, "NOT_FOUND")
        assert secret["title"] not in hidden.text
    borrowed = anyone.get(address(hit, public=True), params={"chunk": secret["chunk_id"]})
    assert (borrowed.status_code, borrowed.json()["code"]) == (404, "NOT_FOUND")
    assert anyone.get(address(secret, 1)).status_code == 401
    with live_service.client("customer") as customer:
        assert customer.get(address(secret, 1)).status_code == 404
        assert customer.get(address(hit)).status_code == 200
    absent = {"version_id": "ver_none", "page": 1}
    assert anyone.get(address(absent, public=True)).json() == anyone.get(
        address(secret, 1, public=True)
    ).json() | {"detail": "There is no version ver_none."}


def test_an_agent_sees_an_internal_page(agent: httpx.Client, secret: dict[str, Any]):
    assert picture(agent.get(address(secret), params={"chunk": secret["chunk_id"]})).width == 1200


def test_what_is_not_live_is_shown_to_staff_only(
    agent: httpx.Client, anyone: httpx.Client, live_service: Any
):
    with live_service.client("knowledge") as knowledge:
        listed = knowledge.get("/v1/documents", params={"limit": 500}).json()["documents"]
        robot = next(d for d in listed if d["file_name"].startswith("r5-manual-zh"))
        versions = knowledge.get(f"/v1/documents/{robot['document_id']}/versions").json()
        old = next(v for v in versions["versions"] if not v["live"])
        with live_service.client("customer") as customer:
            assert customer.get(address(old, 1)).status_code == 404
    assert anyone.get(address(old, 1, public=True)).status_code == 404
    assert agent.get(address(old, 1)).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "9999", "1.5", "x", "%F0%9F%98%80", "1" * 30])
def test_a_page_that_there_is_not_is_not_found(agent: httpx.Client, hit: dict[str, Any], page: str):
    answer = agent.get(address(hit, page))
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_passage_of_another_version_is_not_found(agent: httpx.Client, hit: dict[str, Any]):
    hits = agent.post("/v1/search", json={"query": "R5 扫地机器人", "top": 20}).json()["hits"]
    other = next(h for h in hits if h["version_id"] != hit["version_id"])
    for chunk in (other["chunk_id"], "nonsense", "../../etc"):
        answer = agent.get(address(hit), params={"chunk": chunk})
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("width", ["0", "1", "100000", "-5", "wide"])
def test_a_width_out_of_bounds_is_refused(agent: httpx.Client, hit: dict[str, Any], width: str):
    answer = agent.get(address(hit), params={"width": width})
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_INVALID")


def test_a_format_without_pages_says_so(agent: httpx.Client):
    hits = agent.post("/v1/search", json={"query": "保修政策 保修期多久", "top": 20}).json()["hits"]
    policy = next(h for h in hits if h["page"] is None)
    passage = agent.get(f"/v1/chunks/{policy['chunk_id']}").json()
    assert passage["has_page_image"] is False
    answer = agent.get(address(policy, 1))
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert "has no fixed pages" in answer.json()["detail"]


def draw(path: Path, media_type: str, page: int = 1, *boxes: Box, width: int = 400) -> Image.Image:
    made = pages.draw_page(path, media_type, path.name, page, boxes, width)
    return Image.open(BytesIO(made.png)).convert("RGB")


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "RGB"),
                       ("JPEG", "CMYK"), ("TIFF", "1"), ("TIFF", "L")]
)  # fmt: skip
def test_a_picture_is_a_page_whatever_its_colours(tmp_path: Path, kind: str, mode: str):
    path = tmp_path / "scan"
    white: Any = {"I;16": 65535, "CMYK": (0, 0, 0, 0), "RGBA": (0, 0, 0, 0), "P": 255}.get(mode)
    paper = Image.new(mode, (800, 600), white if white is not None else "white")
    if mode == "P":
        paper.putpalette([v for n in range(256) for v in (n, n, n)])
    paper.save(path, kind)
    media_type = f"image/{kind.lower()}"
    drawn = draw(path, media_type, 1, Box(1, 100, 100, 300, 150), Box(2, 0, 0, 800, 600))
    assert drawn.size == (400, 300)
    assert drawn.getpixel((100, 62)) == pytest.approx((255, 234, 110), abs=4)
    assert drawn.getpixel((300, 200)) == pytest.approx((255, 255, 255), abs=4)


@pytest.mark.parametrize("dpi", [72, 144, 200, 30, 9999])
def test_a_picture_s_resolution_means_the_same_to_its_parser_and_to_its_pages(
    tmp_path: Path, dpi: int
):
    from ingest.parsers.image import _points_per_pixel

    path = tmp_path / "scan.png"
    Image.new("L", (800, 600), "white").save(path, dpi=(dpi, dpi))
    with Image.open(path) as opened:
        points = _points_per_pixel(opened)
    box = Box(1, 200 * points, 100 * points, 400 * points, 140 * points)
    drawn = draw(path, "image/png", 1, box, width=800)
    assert drawn.getpixel((210, 120)) == drawn.getpixel((390, 120)) == (255, 234, 110)
    assert drawn.getpixel((180, 120)) == drawn.getpixel((420, 120)) == (255, 255, 255)


def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path):
    path = tmp_path / "fax.tiff"
    frames = [Image.new("RGB", (200, 300), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])
    assert draw(path, "image/tiff", 2).getpixel((5, 5)) == (0, 255, 0)
    with pytest.raises(NotFound, match="no page 4"):
        draw(path, "image/tiff", 4)


def pdf_of(path: Path, width: float, height: float, extra: str = "") -> Path:
    body = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]{extra}>>"
    path.write_text(
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        f"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj{body}endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return path


def test_a_turned_page_is_marked_where_it_is_seen(tmp_path: Path):
    path = pdf_of(tmp_path / "turned.pdf", 200, 400, "/Rotate 90")
    drawn = draw(path, PDF, 1, Box(1, 300, 20, 380, 60))
    assert drawn.size == (400, 200)
    assert drawn.getpixel((340, 40)) == (255, 234, 110)
    assert drawn.getpixel((40, 40)) == (255, 255, 255)


@pytest.mark.parametrize(("width", "height"), [(20, 14_000), (14_000, 20), (14_400, 14_400)])
def test_a_page_of_any_shape_stays_within_the_limit(tmp_path: Path, width: float, height: float):
    drawn = draw(pdf_of(tmp_path / "long.pdf", width, height), PDF, width=2000)
    assert drawn.width * drawn.height <= 6_100_000


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing", b"\x89PNG\r\n\x1a\n" + b"x" * 99])
@pytest.mark.parametrize("media_type", [PDF, "image/png"])
def test_a_damaged_file_is_an_error_of_its_own(tmp_path: Path, content: bytes, media_type: str):
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with pytest.raises(FileCorrupt):
        draw(path, media_type)


def test_a_file_that_takes_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "_SECONDS", 0.01)
    with pytest.raises(FileCorrupt):
        draw(pdf_of(tmp_path / "slow.pdf", 200, 300), PDF)


def test_a_locked_file_says_that_its_pages_cannot_be_shown(shared_data: Path):
    (locked,) = shared_data.glob("documents/**/password-example.pdf")
    with pytest.raises(NotFound, match="locked with a password"):
        draw(locked, PDF)
