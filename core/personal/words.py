"""Surnames, given names and places that names and addresses are told by."""

from __future__ import annotations

import json
from pathlib import Path

PROVINCES = tuple(
    """北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南
    陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 臺灣 臺北 廣東 澳門""".split()
)
CITIES = tuple(
    """石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特
    包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳市 葫芦岛 长春 四平 辽源 通化
    白山 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 连云港
    淮安 盐城 扬州 镇江 泰州 宿迁 昆山 常熟 张家港 江阴 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 合肥 芜湖 蚌埠 淮南
    马鞍山 淮北 铜陵 安庆 黄山市 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江 南昌 景德镇 萍乡 九江
    新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山
    安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施
    长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾
    河源 阳江 清远 东莞 中山市 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海市 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 成都 自贡
    攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通
    丽江 普洱 临沧 大理 拉萨 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银市 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南
    西宁 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 喀什 伊犁 台北 新北 桃园 台中 台南 高雄 新竹 基隆 九龙 新界 桃園 臺中 臺南 九龍 滨海新区 浦东""".split()
)

COMMON_SURNAMES = frozenset(
    "杭裘宣郁诸钮嵇荣荀惠封储厉戎祖幸印蒲闻莘贡劳扶雍濮寿扈浦茹容戈居衡满寇隆晁丰巢权桓麻粟仝续逄隽呼臧訾蔚阙禄郦宓芮郗糜隗滑洑钭璩邰郏鄂梁于方白江万安伍申尤丛向舒佘佴邝肖闫阚麦区缪占邰代付尚骆马高王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛韦毕聂焦柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺張劉陳楊趙黃吳孫羅鄭謝韓馮許鄧蕭葉蔣賈閻鍾譚鄒陸龍錢湯賴龐顏嚴盧呂蘇魯葛"
)
"""Written alone; the rarer ones among them count only where nothing else can be meant."""
TOP_SURNAMES = frozenset(
    "杭裘钮嵇荀储厉戎莘濮扈晁郦芮郗隗宓逄臧桓郁诸祖蒲闻梁严肖闫骆乔伍舒纪邝鲍甄谷祝左涂焦齐牛冉闵丛佘缪卜阎梁蘭嚴肖喬王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范石姚谭廖邹熊陆郝孔崔康毛邱秦史顾侯邵孟段雷钱汤尹黎贺赖龚庞樊殷陶洪翟颜倪温季俞葛韦毕聂柳邢岳梅莫庄祁耿牟詹苗凌靳童欧裴覃霍翁柯阮饶瞿戚褚娄窦佟马高金龙方白江安文常黄成章鲁施鞠张張劉陳楊趙黃吳孫羅鄭謝韓馮許鄧蕭葉蔣賈鍾譚鄒陸錢湯賴龐顏盧呂蘇"
)
COMPOUND_SURNAMES = tuple(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯 轩辕 端木 独孤 南宫 西门 申屠 歐陽 諸葛 司馬".split()
)

_LISTED = {
    name: frozenset(listed.split())
    for name, listed in json.loads(
        (Path(__file__).parent / "western.json").read_text(encoding="utf-8")
    ).items()
}
# Of the United States' census of 1990, which is free to all, and of other countries by hand.
GIVEN_CHARACTERS = frozenset(
    "花巧妹娣招旺财贵顺喜珠水建曼千里卡万民生成功新化克典凝初夕奋姿岱屏岸弦徐庚廉彰忻恪慕承抒捧捍放敦旗晟晴暖月朔杏杉枝柳桃桉棠樾殊毓沐泰泊澈炯焱牧献珺琛琨璇璟甫畅皎眉知砚碧秦笙策籽绪绫维绯缨翎翰聃聪臻舰艾芊芙芮芹苒茵荔荻莺萍蓬蔷蕊薪藜虔蜜蝶衍裳言诚谕谷豪跃轶辰辛迪逊遵邈郅酉钒铎锴锡镇阅陌隽雁霁霆霄韦韶颐颢馥驰驹骋魏鲲鸥麓黛鼎东中南北伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红娥玲芬燕彬鹏飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢晨辰阳梓轩涵雨泽博文昊天佳慧琳婷颖琪瑶欣怡思彤"
    "雪梅兰竹菊荷莲莉蕾薇蓉蓓菲蕊蔓芸芷若茜茹莹萱葵琴琼瑾瑜璐璇珊珍珠瑞琦玮珂玥环碧翠青月星云霖露霜雯霏虹晴岚晓晖昕昭晗晶曦曼冬秋春夏嘉家子紫梦诗诺语诚"
    "谦谨训志忠恩惠慈爱心怀恒悦恬愉悠忆念宏宝宗定宸容富寿安康福禄祥祺瑛祖祎礼立竞端竣纪纯纲绍维绮缘群义羽翔翰耀聪育胜腾舒航良艺苏荣菁蓝蕙虎豪贤贵赫超越跃"
    "路轲迅远进连逸遥邦郁采金银锋锐锦铭铮钊钦钧钰铁镇长闯闻阔陵隆雄震霄靖韬韵顺颂风飒香馨骏骁鸣鸿鹤麒麟黎齐龄乐乔之书习仁仕仙令仪伦伯佑作佩依侠俏信倩健"
    "儒元光先全兆兴冰净凌凡凤刘利初力加劲勤升卓卫卿厚友发君启吟咏品哲唯善喜園园国圣坚坤城堂堃境士声复多大夫奇奕好如妍妙妮姗姝姣威娇娅婉婕媛媚嫣孝学孟季守"
    "安宜宣宪寅寒寒尔尚山屹岩岭岳峰峻崇嵩川巍巧希帼年广庆庭廷弘彦彩彪影征律得徽德忆恺情成才扬振捷拓挺政敬斐方旋旺昂昌易春映显晋普景智曙朋朗本权松枫柏柔柳"
    "栋树根格桐桦梁棋森楚楠榕槐樱橙正武毅民水永江池汉沁沙沛泉法泓洁洪津洲浦海涌淑清淇深淳淼渊渝源滨满漫潇潮澄澜激灵炎炜炫炳烁烨焕煜煦照熙熠燃爽牧牡特"
    "独猛玄理田甜生男百皓益盈盛真石磊硕碧祁禹科秉程稳穆童笑筠笛箐素红绣美老聆胤自舟舜色芃芝苑苗茂范茵荃莎菡萌萧葆蒙蔚蕴藝融衡裕西观诣谊豫贝贞赞起辉达辛"
    "迎通速逢道郎都野鑫钢长门间阁雁雅雷非革音领颜食首骥高魁鲁鹃鹭鹰默鼎意思远然玉白果朵豆遇望帝亚京伊保俐"
)
"""Characters that given names are made of."""
GIVEN_NAMES = _LISTED["given"]
WORD_NAMES = _LISTED["words"]
"""Given names that are ordinary words, too."""
SURNAMES = _LISTED["family"]
"""Many are ordinary words: they tell a name only behind a given name or an initial."""
FAMILY_NAMES = frozenset(
    """smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin
    lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams
    nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales
    murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood james
    bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez doe bloggs khan singh sharma kumar gupta o'brien
    o'connor o'neill macdonald mcdonald fraser muller schmidt schneider fischer weber meyer wagner becker dubois durand leroy rossi ferrari esposito
    wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng dong xiao cheng cao yuan deng
    fu shen zeng peng lu su jiang cai jia ding wei xue ye yan yu pan du dai xia zhong wong chan cheung lau leung lam ng ho tan lim goh tanaka suzuki
    sato watanabe ito yamamoto nakamura park choi jung ivanov petrov kowalski novak svensson hansen okafor adeyemi mensah""".split()
)

NOT_NAMES = frozenset(
    """sir madam team support customer customers all everyone there service sirs friend friends valued client user admin administrator agent colleague
    colleagues folks guys folk ladies gentlemen manager help desk sales siri alexa google cortana world kitty regards thanks best product
    windows android apple iphone samsung bluetooth wifi wi-fi english chinese new default unknown none test the this that your our my please yes no ok
    happy sorry sad angry unable trying looking having writing calling using still not sure very really just also interested currently unhappy
    disappointed having from in on at a an so going getting afraid aware waiting locked done stuck back here hello hi dear good morning afternoon
    evening monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november
    december usb hdmi lcd led pdf qr api url http https ip error warning note chat bot chatbot again advance much lot day weekend number device file
    server network host group domain system model setting settings name somebody someone anyone nobody everybody nothing something same over right only again around
    amazon ebay paypal netflix spotify facebook instagram whatsapp telegram tesla xiaomi huawei lenovo""".split()
)
"""Words that stand where a name could, and are none."""
