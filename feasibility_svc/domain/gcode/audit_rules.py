"""What an audit may find between a program and what was approved."""

from feasibility_svc.domain.gcode.findings import Level, Rule

_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOT_VERIFIABLE

ENVELOPE_INCOMPLETE = Rule("ENVELOPE_INCOMPLETE", _N, "the envelope does not say {text}")
POSITION_UNKNOWN = Rule("POSITION_UNKNOWN", _N, "a cut whose place is not known on every axis")
TOOL_UNKNOWN = Rule("TOOL_UNKNOWN", _N, "the plan does not say what tool this is: {text}")
SWEEP_INCOMPLETE = Rule("SWEEP_INCOMPLETE", _N, "the path is too long or its region too large to follow the material")

FEED_OVER_LIMIT = Rule("FEED_OVER_LIMIT", _E, "cuts with {value} mm/min, {limit} approved", "mm/min")
PLUNGE_OVER_LIMIT = Rule("PLUNGE_OVER_LIMIT", _E, "plunges with {value} mm/min, {limit} approved", "mm/min")
STALE_FEED = Rule(
    "STALE_FEED", _W, "cuts with {value} mm/min, which was set for another tool or for the plunge", "mm/min"
)
SPINDLE_NOT_RUNNING = Rule("SPINDLE_NOT_RUNNING", _E, "cuts while the spindle stands or has no speed", "rpm")
SPEED_OUT_OF_RANGE = Rule("SPEED_OUT_OF_RANGE", _E, "cuts with {value} rpm; the limit is {limit}", "rpm")
DEPTH_OVER_LIMIT = Rule("DEPTH_OVER_LIMIT", _E, "cuts {value} mm deep, {limit} approved", "mm")
THROUGH_STOCK = Rule("THROUGH_STOCK", _E, "cuts {value} mm deep, the stock is {limit} mm thick", "mm")
STEPDOWN_OVER_LIMIT = Rule("STEPDOWN_OVER_LIMIT", _E, "takes {value} mm in one pass, {limit} approved", "mm")
OUTSIDE_STOCK = Rule("OUTSIDE_STOCK", _E, "the tool reaches {value} mm over the stock, {limit} allowed", "mm")
OUTSIDE_MACHINE = Rule("OUTSIDE_MACHINE", _E, "goes {value} mm beyond the machine's travel", "mm")
CLAMP_HIT = Rule("CLAMP_HIT", _E, "runs into a clamp: {text}")
RAPID_THROUGH_MATERIAL = Rule("RAPID_THROUGH_MATERIAL", _E, "a rapid goes through {value} mm of material", "mm")
NOT_VERIFIABLE_ALONE = Rule(
    "NOT_VERIFIABLE_ALONE", _N, "{value} mm of material, unless an earlier program cleared it", "mm"
)
RAPID_BELOW_SAFE_Z = Rule("RAPID_BELOW_SAFE_Z", _W, "a lateral rapid at Z {value}, safe Z is {limit}", "mm")
TOOL_ORDER = Rule("TOOL_ORDER", _E, "the tools or their order are not those of the plan: {text}")
TOOL_NUMBERING = Rule("TOOL_NUMBERING", _W, "the tools are numbered otherwise than planned: {text}")
