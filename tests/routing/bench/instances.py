"""Small hand-written instances of every research format."""

from routing.benchmarks import BenchmarkInstance, Node
from routing.formats import read_any

SOLOMON = b"""TOY

VEHICLE
NUMBER     CAPACITY
   3          10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0         0          0          0        200          0
    1      3         4          4         10         40          5
    2      6         8          4          0         60          5
    3     -3         4          4          0        100          5
"""

VRPLIB = b"""NAME : toy
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 3
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 1 1
4 -3 4
DEMAND_SECTION
1 0
2 4
3 4
4 4
TIME_WINDOW_SECTION
1 0 200
2 10 40
3 0 60
4 0 100
DEPOT_SECTION
1
-1
EOF
"""

SCHNEIDER = b"""StringID   Type       x          y          demand ReadyTime DueDate ServiceTime
D0         d          0.0        0.0        0.0        0.0        200.0      0.0
S0         f          0.0        0.0        0.0        0.0        200.0      0.0
S1         f          15.0       0.0        0.0        0.0        200.0      0.0
C1         c          10.0       0.0        4.0        0.0        100.0      2.0
C2         c          20.0       0.0        4.0        0.0        150.0      2.0
C3         c          20.0       3.0        4.0        60.0       150.0      2.0
C4         c          0.0        9.0        4.0        0.0        150.0      2.0

Q Vehicle fuel tank capacity /30.0/
C Vehicle load capacity /12.0/
r fuel consumption rate /1.0/
g inverse refueling rate /0.5/
v average Velocity /1.0/
"""

LILIM = b"""3\t10\t1
0\t0\t0\t0\t0\t200\t0\t0\t0
1\t3\t4\t4\t0\t100\t5\t0\t2
2\t6\t8\t-4\t0\t100\t5\t1\t0
3\t-3\t4\t4\t0\t100\t5\t0\t4
4\t-6\t8\t-4\t0\t100\t5\t3\t0
"""

EVRPNL = b"""<?xml version="1.0" encoding="UTF-8"?>
<instance><info><dataset>toy</dataset></info></instance>
"""


def instance_of(data: bytes) -> BenchmarkInstance:
    instance = read_any(data, name="toy")
    assert isinstance(instance, BenchmarkInstance)
    return instance


def ring(count: int, *, battery: float | None) -> BenchmarkInstance:
    """Customers on a spiral, stations on a ring, windows that come round with the clock."""
    nodes = [Node(id="D", kind="depot", x=0, y=0, due=400)]
    for k in range(count):
        x, y = ((k * 37) % 101) - 50, ((k * 61) % 97) - 48
        ready = float((k * 53) % 200)
        nodes.append(
            Node(id=f"C{k}", kind="customer", x=x, y=y, demand=1 + k % 5, ready=ready,
                 due=ready + 120, service=3)
        )  # fmt: skip
    for k, (x, y) in enumerate([(0, 0), (30, 30), (-30, 30), (30, -30), (-30, -30)]):
        nodes.append(Node(id=f"S{k}", kind="station", x=x, y=y, due=400))
    return BenchmarkInstance(
        name="ring",
        source="schneider",
        nodes=nodes,
        capacity=30,
        battery=battery,
        consumption=1.0,
        inverse_refuel=0.4,
    )
