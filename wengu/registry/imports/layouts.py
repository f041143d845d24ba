"""版式: every header that the exports have used, by field; and the generations they came in.

A sheet may mix generations: the aliases are one table, the layout is only what fits best.
"""

from wengu.intake.spec import Column, Layout

_ROSTER_2019 = (
    "行政县|乡镇|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族|文化程度|在校生状况|健康状况|劳动技能"
    "|务工状况|务工时间|参加大病医疗|脱贫属性|脱贫年度|贫困户属性|主要致贫原因|危房户|饮水安全|饮水困难|人均纯收入|联系电话"
)
_ROSTER_2021 = (
    "省|市|县|乡|村|户编号|人口编号|姓名|性别|出生日期|证件类型|证件号码|民族|户联系电话|成员联系电话|年度|与户主关系"
    "|文化程度|在校生状况|劳动技能|务工时间（月）|健康状况|政治面貌|务工企业名称|是否享受低保|是否参加城镇职工基本养老保险"
    "|是否参加大病保险|是否参加新型农村合作医疗（城乡居民基本医疗保险）|是否参加城乡居民基本养老保险|失学或辍学原因"
    "|是否会讲普通话|是否参加商业补充医疗保险|是否国外务工|产业分类|是否接受大病医疗救助|是否接受其他健康扶贫|公益性岗位类型"
    "|公益性岗位(月数)|就业渠道|残疾类别|务工所在地|户主姓名|户主证件号码|是否参加城镇职工基本医疗保险|是否特困供养人员"
    "|残疾证办证年度|识别标准"
)
_ROSTER_2022 = (
    "序号|县(市、区、旗)|乡(镇)|行政村|自然村|户编号|人编号|姓名|证件号码|人数|与户主关系|民族|文化程度|在校生状况|健康状况"
    "|劳动技能|务工时间（月）|是否参加大病保险|致贫原因1|危房户|是否解决安全饮用水|人均纯收入|户联系电话|人联系电话|首次识别时间"
    "|人员识别时间|户类型|易返贫致贫户(监测对象)类型|风险是否消除|风险识别时间|风险消除时间"
)


def _layout(name: str, headers: str) -> Layout:
    return Layout(name, frozenset(headers.split("|")))


def _column(field: str, headers: str, *, required: bool = False) -> Column:
    return Column(field, tuple(headers.split("|")), required)


ROSTER_LAYOUTS = (
    _layout("2019", _ROSTER_2019),
    _layout("2021", _ROSTER_2021),
    _layout("2022", _ROSTER_2022),
)
ROSTER_COLUMNS = (
    _column("county", "行政县|县|县区|县(市、区、旗)|县（市、区）|所属县"),
    _column("town", "乡镇|乡|乡(镇)|镇|街道|所属乡镇"),
    _column("village", "行政村|村|村庄|村(社区)|所属村", required=True),
    _column("group_name", "自然村|自然村(组)|村民小组|组"),
    _column("household", "户编号|户编码", required=True),
    _column("number", "人编号|人口编号|人员编号"),
    _column("name", "姓名|成员姓名|家庭成员姓名", required=True),
    _column("id_number", "证件号码|身份证号|身份证号码|成员证件号码", required=True),
    _column("sex", "性别"),
    _column("birth", "出生日期|出生年月"),
    _column("certificate", "证件类型"),
    _column("members", "人数|家庭人口|家庭人口数"),
    _column("relation", "与户主关系|与户主的关系", required=True),
    _column("nation", "民族"),
    _column("education", "文化程度"),
    _column("schooling", "在校生状况|在校生情况"),
    _column("absence_reason", "失学或辍学原因|未上学原因"),
    _column("health", "健康状况"),
    _column("labour", "劳动技能|劳动能力"),
    _column("work_place", "务工状况|务工区域|务工情况|务工所在地"),
    _column("work_months", "务工时间|务工时间(月)|务工月数"),
    _column("serious_insurance", "参加大病医疗|是否参加大病保险|是否参加大病医疗"),
    _column(
        "resident_insurance",
        "是否参加新型农村合作医疗（城乡居民基本医疗保险）|是否参加城乡居民基本医疗保险|是否参加城乡居民基本医疗",
    ),
    _column("employee_insurance", "是否参加城镇职工基本医疗保险|是否参加城镇职工基本医疗"),
    _column("resident_pension", "是否参加城乡居民基本养老保险"),
    _column("employee_pension", "是否参加城镇职工基本养老保险"),
    _column("dibao", "是否享受低保|是否低保|是否享受最低生活保障"),
    _column("destitute", "是否特困供养人员|是否特困供养"),
    _column("head_name", "户主姓名"),
    _column("head_number", "户主证件号码|户主身份证号|户主身份证号码"),
    _column("post", "公益性岗位类型"),
    _column("post_months", "公益性岗位(月数)"),
    _column("disability_type", "残疾类别"),
    _column("certificate_year", "残疾证办证年度"),
    _column("standard", "识别标准"),
    _column("exit_status", "脱贫属性|脱贫状态"),
    _column("exit_year", "脱贫年度|脱贫年份"),
    _column("kind", "贫困户属性|户类型|户属性"),
    _column("main_cause", "主要致贫原因|致贫原因1|致贫原因"),
    _column("house_dangerous", "危房户|是否危房户|是否危房"),
    _column("house_grade", "危房等级|住房等级|房屋鉴定等级"),
    _column("disaster_on", "受灾日期|受灾时间"),
    _column("safe_water", "饮水安全|是否解决安全饮用水|饮水是否安全|是否安全饮水"),
    _column("water_difficulty", "饮水困难|是否饮水困难"),
    _column("income", "人均纯收入|人均纯收入(元)|家庭人均纯收入|家庭人均纯收入(元)"),
    _column("phone", "联系电话|户联系电话|户主联系电话|家庭联系电话"),
    _column("first_identified", "首次识别时间"),
    _column("person_identified", "人员识别时间"),
    _column("monitored", "易返贫致贫户(监测对象)类型|监测对象类别|监测对象类型"),
    _column("risk_cleared", "风险是否消除|风险是否已消除"),
    _column("risk_since", "风险识别时间|监测对象识别时间"),
    _column("risk_until", "风险消除时间"),
    _column("year", "年度"),
    _column("left", "减少原因|人员减少原因|自然减少原因|人口减少原因|减员原因"),
    _column(
        "change",
        "增减原因|自然增减|自然增减原因|自然增减人员|增减类型|人员增减类型|人员变动|人员变动类型|变动类型",
    ),
    _column("remark", "备注|人员备注|成员备注"),
)
# Written on every row of a household, where one statement of the household is meant.
HOUSEHOLD_FIELDS = (
    "county", "town", "village", "group_name", "members", "standard", "exit_status", "exit_year",
    "kind", "main_cause", "house_dangerous", "house_grade", "safe_water", "water_difficulty",
    "disaster_on", "income", "phone", "first_identified", "monitored", "risk_cleared",
    "risk_since", "risk_until", "year", "head_name", "head_number",
)  # fmt: skip

_VILLAGE = (
    "县|乡镇|行政村|行政村代码|经济薄弱村类型|是否出列|总户数|总人口数|危房户数|未实现饮水安全户数|低保户数|低保人口数"
    "|特困供养人口数|残疾人口数|村级集体经济收入（万元）|到乡镇是否通沥青（水泥）路|是否通客运班车|行政村卫生室个数"
    "|行政村执业（助理）医师（人）|行政村公共卫生厕所个数|行政村生产生活垃圾集中堆放点个数（个）|村小学（个数）"
    "|参加城乡居民基本养老保险人数"
)
VILLAGE_LAYOUTS = (_layout("2020", _VILLAGE),)
VILLAGE_COLUMNS = (
    _column("county", "县|行政县|县(市、区、旗)"),
    _column("town", "乡镇|乡|乡(镇)"),
    _column("village", "行政村|村|村名称", required=True),
    _column("code", "行政村代码|村代码|村编码"),
    _column("status", "经济薄弱村类型|薄弱村类型"),
    _column("exited", "是否出列|是否贫困村出列"),
    _column("households", "总户数", required=True),
    _column("persons", "总人口数|总人口"),
    _column("dangerous_houses", "危房户数"),
    _column("unsafe_water", "未实现饮水安全户数"),
    _column("dibao_households", "低保户数"),
    _column("dibao_persons", "低保人口数"),
    _column("destitute_persons", "特困供养人口数"),
    _column("disabled_persons", "残疾人口数"),
    _column("collective_income", "村级集体经济收入（万元）"),
    _column("collective_income_yuan", "村级集体经济收入（元）"),
    # The header does not say the unit: its figures are doubts, never read as one or the other.
    _column("collective_income_bare", "村级集体经济收入|村集体经济收入|集体经济收入"),
    _column("road", "到乡镇是否通沥青（水泥）路|到乡镇是否通沥青路|是否通硬化路"),
    _column("bus", "是否通客运班车"),
    _column("clinic", "行政村卫生室个数"),
    _column("doctor", "行政村执业（助理）医师（人）|行政村执业（助理）医师"),
    _column("toilet", "行政村公共卫生厕所个数|行政村公共卫生厕所个数（个）"),
    _column(
        "waste_point", "行政村生产生活垃圾集中堆放点个数（个）|行政村生产生活垃圾集中堆放点个数"
    ),
    _column("schools", "村小学（个数）|村小学"),
    _column("pension_persons", "参加城乡居民基本养老保险人数"),
)

_DIBAO = (
    "序号|乡镇|行政村|户主姓名|户主身份证号|姓名|身份证号|救助类别|等级|金额|享受起始日期"
    "|渐退起始日期"
)
DIBAO_LAYOUTS = (_layout("2020", _DIBAO),)
# Of which towns a list speaks: those that it names.
_TOWN = _column("town", "乡镇|街道|乡|乡(镇)|镇|所属乡镇|乡镇(街道)")
DIBAO_COLUMNS = (
    _TOWN,
    _column("name", "姓名|成员姓名", required=True),
    _column("id_number", "身份证号|证件号码|身份证号码", required=True),
    _column("head_name", "户主姓名"),
    _column("head_number", "户主身份证号|户主证件号码"),
    _column("category", "救助类别|保障类别"),
    _column("grade", "等级|救助等级|保障等级", required=True),
    _column("amount", "金额|金额(元/月)|月保障金额|保障金额", required=True),
    _column("since", "享受起始日期|起始日期|享受开始日期"),
    _column("grace_since", "渐退起始日期|渐退期起始日期"),
)

_HOSPITAL = (
    "街道|村庄|姓名|身份证号|入院日期|出院日期|出院诊断疾病名称|医疗机构名称|医疗总费用|基本补偿"
    "|大病报销金额|自付金额"
)
HOSPITAL_LAYOUTS = (_layout("2020", _HOSPITAL),)
HOSPITAL_COLUMNS = (
    _TOWN,
    _column("name", "姓名|患者姓名", required=True),
    _column("id_number", "身份证号|证件号码|身份证号码", required=True),
    _column("admitted", "入院日期|入院时间", required=True),
    _column("discharged", "出院日期|出院时间", required=True),
    _column("diagnosis", "出院诊断疾病名称|出院诊断|疾病诊断"),
    _column("hospital", "医疗机构名称|医疗机构|医院名称", required=True),
    _column("total", "医疗总费用|总费用", required=True),
    _column("basic", "基本补偿|基本医保补偿|基本医保支付"),
    _column("serious", "大病报销金额|大病补偿|大病保险支付"),
    _column("self_pay", "自付金额|个人自付"),
)

_DISABILITY = "乡镇|行政村|姓名|身份证号|残疾人证号|残疾类别|残疾等级|发证时间"
DISABILITY_LAYOUTS = (_layout("2020", _DISABILITY),)
DISABILITY_COLUMNS = (
    _TOWN,
    _column("name", "姓名", required=True),
    _column("id_number", "身份证号|证件号码|身份证号码", required=True),
    _column("certificate", "残疾人证号|残疾证号"),
    _column("type", "残疾类别", required=True),
    _column("grade", "残疾等级|残疾级别", required=True),
    _column("since", "发证时间|发证日期|办证时间"),
)
