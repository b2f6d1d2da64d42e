"""Names of people, where what stands around them says that they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.personal.english_names import EN_BEFORE, ENGLISH, english_names, is_known
from core.personal.found import GUESSED, NAMED, SHAPED, Found
from core.personal.kinds import PersonalKind
from core.personal.words import (
    CITIES,
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    GIVEN_CHARACTERS,
    NOT_NAMES,
    PROVINCES,
    TOP_SURNAMES,
)

_HAN = r"[\u3400-\u9fff]"
_COMPOUND = "|".join(COMPOUND_SURNAMES)
_ANY = "".join(sorted(COMMON_SURNAMES))
_TOP = "".join(sorted(TOP_SURNAMES))
# What comes after a name and is not in one.
_AFTER = "我你您他她它们是的在想要有这那买了电手就也住今昨前上下请问与跟给对从不没打说本收寄已把被让叫和及或、，申需姓联地订单反办付身份证号性岁预报投来用于吗呢啊吧呀哦哈哎嗯后时会能可但还再又都很什怎哪谁麻帮看查找谢加现刚男登注使购"
_SOFT = "可来有和用会能在从到国明"
_STOPS = '，,。.!！?？；;、 \n)）"”吧呢啊'
_OPEN = r"[ \"“”'‘’「」『(（【\[《:：]{0,3}"

_SAID_ZH = re.compile(
    rf"(?:我叫做?|本人叫?|名叫|叫做|名字[是叫:：]|姓名(?:[是为叫]|[:： ]|(?={_HAN}{{2,3}}(?![\u3400-\u9fff])))|我的名字是?叫?|真名[是叫]?|全名[是叫]?|大名|实名(?:认证)?[是为]?|写的是|名下是|[他她]叫|我爸(?:爸)?叫|我妈(?:妈)?叫|我儿子叫?|我女儿叫?|老板叫|叫我|同事叫|朋友叫|本人)"
    rf"{_OPEN}"
)
_ROLE = re.compile(
    r"(?:收件人?|收货人?|寄件人?|发件人|联系人|签收人|持卡人|开户人|开户名|户名|户主|机主|车主|经办人|申请人|投保人|被保险人|预约人|报修人|接收人|代收人|投诉人|取件人|登记人|住客|客人|乘客|病人|患者|业主|租客|租户|房东|家长|学生|旅客|订票人|预订人|入住人|联络人|受益人|借款人|担保人|举报人|反馈人|咨询人|委托人|代理人|执行人|经手人|监护人|提货人|领取人|使用人|会员|顾客|客户|当事人|用户|法人代表|法人|购买人|乘车人|旅客|承租人|收款人|付款人|聯絡人|收件者|负责人|紧急联系人|客户姓名|客户名|订购人)(?:姓名|名字|名|的名字)?"
    r"(?P<said>(?:改成|改为|换成|填的?是?|写的?是?|叫做?|就是|应该是|是|为|=|[:： \"“]){0,3})"
)
_WEAK = re.compile(
    r"(?:(?:抬头|开票|发票)(?:写|开|是|填)?的?个人[,，:： ]?|开票[:：]) ?|(?:发票抬头|开给|转交|转给|代收|代领|寄给|送给|交给|留给|客户|业主|用户|买家|师傅|工程师|会员|患者|学生|家长|老师|客服|专员|抬头(?:个人)?|署名|签名|接待|报名|昵称)(?:姓名|名字)?(?:[:：]|个人[,，]|是|叫|名叫){1,2} ?"
)
_SURNAMED = re.compile(
    rf"(?:我姓|免贵姓|本人姓|鄙姓|贵姓\W{{0,3}}姓|客户姓|姓氏[是:：]?|他姓|她姓)(?P<name>{_COMPOUND}|[{_ANY}])"
)
_TITLE = re.compile(
    r"(?:先生|女士|小姐|太太|师傅|老师|经理|主任|医生|大夫|律师|工程师|阿姨|叔叔|大姐|大哥|同学|教授|老板|大叔|大妈|奶奶|爷爷|店长|组长|主管|总(?![0-9计共数和算是的体部结之价面线有])|工(?!作|程|具|厂|单|时|人|业|艺|资|位|序|况)|姐(?!妹|夫|姐)|哥(?!哥|们|特)|女仕|太(?=[^太阳多大小高低空平极]))"
)
_FAMILIAR = re.compile(
    rf"(?:客服|师傅|工程师|专员|同事|店员|快递员?|快递小哥|配送员|外卖员|骑手|技术员|导购|服务员|保安|安装师傅|邻居|房东|[货递运装修务]员|经理|我是|找|叫我?|让|问|联系|叫做|安装工|维修工|您好|你好|销售|管家)[:：，, ]?(?P<name>[小老阿][{_TOP}])(?![板虎鼠师家年子])"
)
_I_AM = re.compile(
    rf"(?:我是|这里是|这边是|我就是|您好我是|是)(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}})(?=[，。,.!！?？\s、；;]|$|我|昨天|今天|之前|上周|刚才|的(?:家人|老婆|老公|妈妈|爸爸|儿子|女儿|朋友|同事|爱人))"
)
_SIGNED = re.compile(
    rf"(?:此致|敬上|谨上|祝好|顺颂商祺|谢谢[!！。]?|多谢[!！。]?|落款(?:是|为)?|署名(?:是|为)?|签名(?:是|为)?|客户|祝商祺|敬礼|盼复[!！。]?|——|--|致礼)[\s，,:：!！。]{{0,6}}(?P<name>(?:{_COMPOUND}|[{_ANY}]){_HAN}{{1,2}})(?=\s*(?:$|\n|\d|敬上|谨上|[(（]))"
)
_KIN = (
    r"老公|老婆|爱人|丈夫|妻子|媳妇|对象|男友|女友|男朋友|女朋友|爸爸?|妈妈?|父亲|母亲|公公|婆婆|岳父|岳母|哥哥?|弟弟?|姐姐?|妹妹?|大哥|二姐|表[哥弟姐妹]|堂[哥弟姐妹]|嫂子|儿子|女儿|闺女|孩子|小孩|孙子|孙女"
    r"|侄子|侄女|外甥|奶奶|爷爷|姥姥|姥爷|外公|外婆|叔叔?|舅舅?|姑姑?|姨妈?|同事|朋友|邻居|室友|领导|老板|助理|秘书|会计|司机|徒弟|同学|闺蜜|导师|学生|房东|租客|合伙人|客户|师傅|快递员|业务员|销售|客服|专员|经理|工程师|老师|医生|护士|员工|店员|服务员|保安|配送员|外卖员|骑手|导购|技术员|维修员|安装工|前台|店长|站长|户主|业主|住户|家属|监护人|联系人|送货员|物业|管家|保洁|班长|组长|主管"
)
_RELATED = re.compile(
    rf"(?:(?:我|他|她|俺|咱|你们?|您|家)(?:们|家)?的?(?:大|小|二)?(?:{_KIN})|(?:{_KIN}))(?:名字)?(?:叫做?|是)?[ :：\"“]{{0,2}}(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}}?)"
    r"(?=[，,。.！!？?；;、\s]|$|昨|今|前天|上周|上个?月|刚|之前|已经|在|帮|买|说|来|去|也|的|要|想|给|替|和|跟|电话|手机|[0-9(（]|问|报|订|下单|办|填|注册|没|打|签|收|住|叫|从|就|又|都|还|会|因|代|，|,)"
)
_DOES = re.compile(
    rf"(?:由|被|委托|授权|派|安排|转给|交给|找|让|请|联系|通知|叫|指定|是|把|将|跟|和|问|发给|寄给|送给|感谢|投诉|表扬|举报)(?:了|过|你们的?|贵司|贵公司|员工|同事|一下)?(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}}?)"
    r"(?=经办|负责|接待|受理|处理|跟进|对接|签收|代收|取走|拿走|领走|领取|代领|前来|代办|登记|上门|来(?:取|拿|修|装|领)|去(?:取|拿|领)|的(?:名字|名下|手机|电话|账号|地址|身份证|快递|订单|包裹)|从|回电|接电话|本人|吗[？?]|[。，！]?(?:\n|$))"
)
_ALONE = re.compile(
    rf"(?:^|[\s，,、。；;:：/|(（])(?P<name>(?:{_COMPOUND}|[{_ANY}]){_HAN}{{1,2}})(?=[\s，,、。；;/|:：)）(（]|电话|手机|女士|先生|$)"
)
_CLOSED = re.compile(
    rf"(?:^|[\n。！!，, ])(?P<name>(?:{_COMPOUND}|[{_ANY}]){_HAN}{{1,2}}) ?(?:敬上|谨上|上$|留言|启$)"
)
_LINE = re.compile(rf"(?:\n|^)[ ]*(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}})[ ]*(?=\n|$)")
_DOTTED = re.compile(rf"{_HAN}{{2,6}}[·•・]{_HAN}{{2,8}}")
_RECEIVES = re.compile(
    rf"(?:^|[\s，,、。:：;；0-9号室楼])(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}}) ?[(（]?收[)）]?(?=[\s，,。;；]|$)"
)
_BECOMES = re.compile(
    rf"(?:改成|改为|换成|写成|填成|写的是|填的是|登记的是)(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}})(?=[，,。.！!；;\s]|的名字|$)"
)
_HAS = re.compile(
    rf"(?:^|[\s，,。；;：:！!])(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}})(?=(?:的|名下的?)(?:快递|订单|包裹|电话|手机|号码|地址|账号|账户|身份证|会员|工单|单子|预约|保单)|[，, ]{{1,2}}[男女](?=[，,。 ]|$))"
)
# Any surname with two characters that given names are made of: a dictionary says whether the
# three are a word of their own in the clause.
_THREE = re.compile(rf"(?:{_COMPOUND}|[{_TOP}])[{''.join(sorted(GIVEN_CHARACTERS))}]{{2}}")
_STOP = re.compile(r"[，。；;：:!?！？、\s,]")
_FAR = 24
_SPEAKER = re.compile(rf"(?:^|\n)[ ]*(?P<name>(?:{_COMPOUND}|[{_ANY}]){_HAN}{{1,2}})(?=[:：])")
_PINYIN = re.compile(
    r"(?:(?:拼音|姓名|名字)(?:是|为|[:： ]){0,3}|\b(?:[Nn]ame|NAME)(?:is|[: ]){1,3})(?P<name>[A-Z]{2,15}(?:[ /,][ ]?[A-Z]{2,15}){1,3})(?![A-Za-z])"
)
_GIVEN_ZH = re.compile(rf"(?:{_COMPOUND}|[{_ANY}]){_HAN}{{1,2}}")
_CALLED = re.compile(
    r"先生|女士|小姐|太太|师傅|师兄|同学|老师|经理|女生|男生|先|女，|小时|来自|来的|同意|联系"
)
_NO_NAMES = frozenset(
    """安卓 白平 韩国 安哥拉 万能 万全 方案 方向 方面 方法 方便 方正 高清 高光 高温 高压 宋体 石英 马力 汪洋 安心 安康 安宁 安静 常青 温和 何方 平安 祝福 祝贺 白天 白云 江山 时光 时尚 向导 关心 关爱 尚可 尚未 付费 付款 代理 代表 代码 区域 区别 于此 申领 伍佰 谢谢 多谢 连不 连接 高级 高兴 常用 常见 方便 方式 包装 包括 包邮 任何 任务 应当 应该 时间 时候 向上 向下 安装 安全 安排 温度
    何时 何地 何必 于是 关于 关机 关闭 关掉 单独 单位 单价 周末 周一 周二 周三 周四 周五 周六 周日 周年 明天 明白 钱包 钱款 水箱 水管 马上 马达
    牛奶 江苏 江西 安徽 黄色 黄金 白色 金卡 金额 金属 程序 成功 成为 成员 汤锅 石头 田地 龙头 雷达 云端 平台 平板 左右 左边 路由 路线 路由器 毛病 毛巾
    林业 许多 许可 余额 余下 顾客 胡乱 史上 万一 计算 计划 经常 段落 严重 严格 强制 强烈 文件 文字 文档 华为 康复 常州 常温 柴油 申请 查询 查看 查到
    尤其 解决 解除 车辆 车主 车间 房间 房子 房东 边上 全部 全新 全屋 全国 简单 简称 符合 商品 商家 商城 商场 原因 原来 原装 原价 官方 官网 都不 都是 都有 乐意
    和平 薄膜 迟到 别人 沙发 古老 米家 花费 花洒 司机 游戏 景区 党员 党费 宫格 宿舍 栏目 易损 解锁 解绑 管道 管理 管家 项目 曲线 屈服""".split()
)
_PLACES = frozenset({*PROVINCES, *CITIES})

_BEFORE_PHONE = re.compile(
    rf"(?:^|[\s，,、。:：;；(（])(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}})[ ,，/、:：的(（]{{0,3}}(?:电话|手机号?|tel)?[ ,，/、:：是]{{0,3}}$"
)
_AFTER_PHONE = re.compile(
    rf"[ ,，/、)）]{{0,3}}(?P<name>(?:{_COMPOUND}|[{_TOP}]){_HAN}{{1,2}})(?=[ ,，。;；\n收]|$)"
)


def names(text: str, near: Sequence[Found]) -> Iterator[Found]:
    """Yield names; ``near`` are phone numbers and addresses, beside which a name may stand."""
    if re.search(_HAN, text):
        yield from _chinese(text)
        yield from _by_shape(text)
        yield from _titled(text)
    if re.search(r"[A-Za-z]", text):
        yield from english_names(text)
    for match in _PINYIN.finditer(text):
        yield _found(match, NAMED)
    yield from _beside(text, near)


def _chinese(text: str) -> Iterator[Found]:
    for pattern, surnames in ((_SAID_ZH, COMMON_SURNAMES), (_WEAK, COMMON_SURNAMES)):
        for match in pattern.finditer(text):
            yield from _taken(text, match.end(), surnames)
    for match in _ROLE.finditer(text):
        surnames = COMMON_SURNAMES if match.group("said") else TOP_SURNAMES | {"万", "白"}
        yield from _taken(text, match.end(), surnames)
    for pattern in (_SURNAMED, _FAMILIAR):
        for match in pattern.finditer(text):
            yield _found(match, NAMED)
    for pattern in (_I_AM, _SIGNED, _CLOSED, _LINE, _RECEIVES):
        for match in pattern.finditer(text):
            if _is_name(match.group("name")):
                yield _found(match, SHAPED)


def _by_shape(text: str) -> Iterator[Found]:
    for pattern in (_RELATED, _DOES, _SPEAKER, _BECOMES, _HAS):
        for match in pattern.finditer(text):
            if _is_shaped(match.group("name")):
                yield _found(match, SHAPED)
    yield from _by_dictionary(text)


def _by_dictionary(text: str) -> Iterator[Found]:
    done = -1
    for match in _THREE.finditer(text):
        if match.start() < done:
            continue
        start = max(
            (m.end() for m in _STOP.finditer(text, max(0, match.start() - _FAR), match.start())),
            default=max(0, match.start() - _FAR),
        )
        stop = _STOP.search(text, match.end(), match.end() + _FAR)
        done = stop.start() if stop else min(len(text), match.end() + _FAR)
        for word, kind in _tagged(text[start:done]):
            begin, start = start, start + len(word)
            if kind == "nr" and len(word) in (3, 4) and _THREE.fullmatch(word) and _is_shaped(word):
                yield Found(PersonalKind.NAME, begin, begin + len(word), GUESSED)


def _is_shaped(name: str) -> bool:
    """Say whether a name is a surname and characters that given names are made of."""
    given = name[2 if name[:2] in COMPOUND_SURNAMES else 1 :]
    usual = GIVEN_CHARACTERS.issuperset(given) or (len(given) == 2 and given[0] == given[1])
    return bool(given) and usual and _is_name(name)


def _found(match: re.Match[str], rank: int) -> Found:
    return Found(PersonalKind.NAME, *match.span("name"), rank)


def _taken(text: str, start: int, surnames: frozenset[str]) -> Iterator[Found]:
    """Yield the name that begins here, if one does."""
    if dotted := _DOTTED.match(text, start):
        yield Found(PersonalKind.NAME, *dotted.span(), NAMED)
        return
    english = ENGLISH.match(text, start)
    if english and len(english.group()) > 2 and english.group().split()[0].lower() not in NOT_NAMES:
        yield Found(PersonalKind.NAME, *english.span(), NAMED)
        return
    compound = text[start : start + 2] in COMPOUND_SURNAMES
    if not compound and text[start : start + 1] not in surnames:
        return
    given = start + (2 if compound else 1)
    for end in (given + 2, given + 1):
        if _is_given(text, given, end) or _is_tagged_name(text[start:end], end - given):
            if text[start:end] not in _NO_NAMES and not _is_place(text[start:end]):
                yield Found(PersonalKind.NAME, start, end, NAMED)
            return
    if compound or _CALLED.match(text, given):
        yield Found(PersonalKind.NAME, start, given, NAMED)


def _is_given(text: str, start: int, end: int) -> bool:
    """Say whether these characters may be a given name: none of them begins what comes next."""
    piece = text[start:end]
    if len(piece) < end - start or not re.fullmatch(rf"{_HAN}+", piece):
        return False
    free = text[end : end + 1]
    return all(
        (text[i] in _SOFT and i > start and (not free or free in _STOPS))
        or (text[i] not in _AFTER and not _CALLED.match(text, i))
        for i in range(start, end)
    )


def _is_tagged_name(name: str, given: int) -> bool:
    tagged = _tagged(name)
    return given == 2 and len(tagged) == 1 and tagged[0] == (name, "nr")


def _is_place(text: str) -> bool:
    return text in _PLACES or text[:2] in _PLACES


def _is_name(text: str) -> bool:
    """Say whether what begins as a name does is not a common word or a place."""
    if text in _NO_NAMES or text[:2] in _NO_NAMES or _is_place(text):
        return False
    tagged = _tagged(text)
    return not (len(tagged) == 1 and tagged[0][1] in _WORDS)


_WORDS = frozenset("n v a d vn an ad b t c p r l i vd s f q u uj z y nt o".split())


def _tagged(text: str) -> list[tuple[str, str]]:
    import rjieba

    return list(rjieba.tag(text))


def _titled(text: str) -> Iterator[Found]:
    for match in _TITLE.finditer(text):
        end = match.start()
        start = _surnamed(text, end, len(match.group()) == 1)
        if start is not None:
            yield Found(PersonalKind.NAME, start, end, SHAPED)


def _surnamed(text: str, end: int, familiar: bool) -> int | None:
    """Return where the name before a title begins; None where there is none."""
    if text[max(0, end - 2) : end] in _NO_NAMES:
        return None
    if text[max(0, end - 2) : end] in COMPOUND_SURNAMES:
        return end - 2
    if end >= 3 and text[end - 3 : end - 1] in COMPOUND_SURNAMES and not familiar:
        return end - 3
    last = text[end - 1 : end]
    if familiar:
        alone = last in TOP_SURNAMES - {"高", "方"} and not re.match(
            _HAN, text[max(0, end - 2) : end - 1] or "-"
        )
        told = last in TOP_SURNAMES and text[max(0, end - 2) : end - 1] in tuple(
            "是找叫问给让到和跟，,联系的了"
        )
        return end - 1 if alone or told else None
    for length in (3, 2):
        name = text[max(0, end - length) : end]
        if (
            len(name) == length
            and name[0] in TOP_SURNAMES
            and re.fullmatch(rf"{_HAN}+", name)
            and not any(c in _AFTER for c in name[1:])
            and _is_name(name)
            and not (last in TOP_SURNAMES and length == 3 and name[1] in TOP_SURNAMES)
        ):
            return end - length
    if last in COMMON_SURNAMES and not re.search(
        r"(?:任何|一周|每周|本周|客[户]|安装|维修|地方|对方|那位|高|项)$",
        text[max(0, end - 2) : end],
    ):
        return end - 1
    return None


def _beside(text: str, near: Sequence[Found]) -> Iterator[Found]:
    for one in near:
        first, last = max(0, one.start - _BESIDE), min(len(text), one.end + _BESIDE)
        for match in _ALONE.finditer(text, first, last):
            if _is_shaped(match.group("name")) and (match.start() > first or first == 0):
                yield _found(match, GUESSED)
        before = text[max(0, one.start - 24) : one.start]
        shift = one.start - len(before)
        for pattern, told in ((_BEFORE_PHONE, _is_name), (EN_BEFORE, is_known)):
            if (said := pattern.search(before)) and told(said.group("name")):
                start, end = said.span("name")
                yield Found(PersonalKind.NAME, start + shift, end + shift, GUESSED)
        if (after := _AFTER_PHONE.match(text, one.end)) and _is_name(after.group("name")):
            yield _found(after, GUESSED)


_BESIDE = 40
