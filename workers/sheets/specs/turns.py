"""A hand-made plan: which order goes with which vehicle, on which trip, in which place."""

from __future__ import annotations

from models.language import N_
from workers.sheets.fields import ORDERS, Spec, make
from workers.sheets.values import turns, words

TURNS = Spec(
    kind="plans",
    label=N_("人工排线"),
    key="reference",
    fields=(
        make(
            "reference",
            N_("订单号"),
            turns.read_references,
            " ".join(ORDERS.by_name["reference"].synonyms),
            required=True,
            hint=N_("当日订单的订单号；一格写几个时用顿号分开"),
            example="HF-1124-003",
            limit=60,
        ),
        make(
            "shipper",
            N_("货主"),
            words.read_text,
            "货主名称 客户 客户名称 发货单位 委托方 品牌",
            hint=N_("两家货主订单号相同时才需要"),
            example="禾丰超市",
            limit=120,
        ),
        make(
            "plate",
            N_("号牌号码"),
            turns.read_plate,
            "车牌 车牌号 车牌号码 号牌 牌照 车辆 车号 送货车辆 配送车辆",
            required=True,
            hint=N_("可不写省份，空格、大小写不要紧；同上可空着"),
            example="辽Z12345D",
        ),
        make(
            "trip",
            N_("趟次"),
            turns.read_trip,
            "趟 车次 第几趟 班次 次数",
            hint=N_("1、2 或 第1趟；空着按顺序推断"),
            example="1",
        ),
        make(
            "sequence",
            N_("顺序"),
            turns.read_turn,
            "序号 配送顺序 送货顺序 站序 序 先后 卸货顺序 停靠顺序",
            hint=N_("空着按行的先后；同一家店的几单可写同一个数"),
            example="1",
        ),
        make(
            "action",
            N_("作业"),
            turns.read_action,
            "类型 作业类型 装卸 提送 动作",
            hint=N_("装货、卸货；空着为卸货，不在发车仓装的货按绕行最少补上装货"),
            example="卸货",
        ),
        make(
            "driver",
            N_("司机"),
            words.read_text,
            "驾驶员 司机姓名 司机电话 送货员 主驾",
            hint=N_("姓名、工号或手机号；空着由系统配"),
            example="张三示例",
            limit=60,
        ),
        make(
            "arrive",
            N_("计划到达"),
            turns.read_planned,
            "预计到达 预计到店 到店时间 计划时间 到达时间 送达时间 计划送达",
            hint=N_("只用来对照，按推算的时间校验"),
            example="07:10",
        ),
        make(
            "depot",
            N_("发车仓"),
            words.read_text,
            "发货仓 装货仓 仓库 装货地 起点 出发仓",
            hint=N_("名称或编码；空着按订单的发货仓"),
            example="DC-01",
            limit=120,
        ),
    ),
)
"""The fields of a hand-made plan."""
