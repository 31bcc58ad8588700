"""The small centre with everything that a centre may leave out: what a test reads when it wants all of the plan.

Not here: what any one test promises.
"""

from tests.halls import CENTRE

# After, or instead of, what stands in the small centre.
_MORE = {
    "head_start_minutes = 20\n": """\
head_start_minutes = 20
profile = "front-line"
recalls = 2
requeues = 0
tolerance_minutes = 0

[tickets]
before_minutes = 30
in_breaks = true
last = "by-work"

[day]
left_over = "carry"

[booking]
early_minutes = 60
late_minutes = 0

[emergency]
prefix = "X"

[staff]
lock_minutes = 3
""",
    'en = "Older person" }\n': """\
en = "Older person" }
head_start_minutes = 45

[[segment]]
id = "booked"
name = { th = "จองไว้", en = "Booked" }
bookings = ["on-time", "early"]

[[segment]]
id = "wheels"
name = { th = "เก้าอี้เข็น", en = "Wheelchair" }
services = ["benefit", "card"]
languages = ["th"]
priorities = ["any", "elder"]
needs = [
  "wheelchair",
  "escort",
]

[[segment]]
id = "everybody"
name = { th = "ทุกคน", en = "Everybody" }
priorities = ["none"]

[[profile]]
id = "front-line"
name = { th = "ด่านหน้า", en = "Front line" }
lines = [
  "WHEN booked waits 5 minutes AND time is after 10:00 THEN booked",
  # two of those, and then one of these
  "always  2 of wheels,1 of others by target-ratio",
  "OTHERWISE as back-office",
]

[[profile]]
id = "back-office"
name = { th = "หลังบ้าน", en = "Back office" }
lines = ["OTHERWISE head-start"]

[[holiday]]
date = "2026-12-10"
name = { th = "วันรัฐธรรมนูญ", en = "Constitution Day" }

[[holiday]]
date = "2026-12-31"
name = { th = "วันสิ้นปี", en = "New Year's Eve" }
hours = ["08:30-10:00", "10:30-12:00"]

[[reason]]
id = "returned"
name = { th = "กลับมา", en = "Came back" }

[[reason]]
id = "asked"
name = { th = "ขอมา", en = "Asked for" }
""",
    "published_days = 7\n": """\
published_days = 7
after = ["card", "tip-off"]
words = { th = ["เงินชดเชย"], en = ["compensation"] }
quota_day = 40
quota_hour = 10
""",
    '[[counter]]\nid = "1"': """\
[[matter]]
id = "work"
name = { th = "เรื่องงาน", en = "About work" }
services = ["card", "advice", "tip-off"]

[[service]]
id = "tip-off"
agency = "sso"
name = { th = "แจ้งเบาะแส", en = "Tip-off" }
kind = "complaint"
prefix = "A"
standard_service_minutes = 10
target_wait_minutes = 10
shown_as = "advice"
at_kiosk = false

[[counter]]
id = "1\"""",
    'services = ["benefit", "advice"]\n': """\
services = ["benefit", "advice", "tip-off"]
profile = "back-office"
walk_in = "advice"
""",
}
FULL = CENTRE
for _old, _new in _MORE.items():
    assert FULL.count(_old) == 1
    FULL = FULL.replace(_old, _new)
