"""What a reader may find without knowing what was approved."""

from feasibility_svc.domain.gcode.findings import Level, Rule

_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOT_VERIFIABLE

NOT_A_MILLING_PROGRAM = Rule("NOT_A_MILLING_PROGRAM", _E, "this is not a milling program: {text}")

EXPRESSION = Rule("EXPRESSION", _N, "expressions and variables are not evaluated: {text}")
SUBPROGRAM = Rule("SUBPROGRAM", _N, "subprograms and O-words are not followed: {text}")
CUTTER_COMPENSATION = Rule("CUTTER_COMPENSATION", _N, "cutter compensation moves the path by an unknown amount: {text}")
PROBING = Rule("PROBING", _N, "where a probing move ends is not known beforehand: {text}")
ROTARY_AXIS = Rule("ROTARY_AXIS", _N, "axes besides X, Y and Z are not followed: {text}")
LATHE_CODE = Rule("LATHE_CODE", _N, "a code of lathes: {text}")
CODE_NOT_UNDERSTOOD = Rule("CODE_NOT_UNDERSTOOD", _N, "a code whose effect is not known: {text}")
WORK_COORDINATES_CHANGED = Rule(
    "WORK_COORDINATES_CHANGED", _N, "work coordinates change, and where they lie to each other is not known: {text}"
)
LINE_UNREADABLY_LONG = Rule("LINE_UNREADABLY_LONG", _N, "a line of over {limit} characters is not read", "characters")
TOO_MANY_MOVES = Rule("TOO_MANY_MOVES", _N, "reading ends after {limit} moves", "moves")
TOO_MANY_CHORDS = Rule("TOO_MANY_CHORDS", _N, "reading ends after arcs of {limit} chords together", "chords")
TOO_MANY_LINES = Rule("TOO_MANY_LINES", _N, "reading ends after {limit} lines", "lines")
TOOK_TOO_LONG = Rule("TOOK_TOO_LONG", _N, "reading was given up after {limit} s", "s")
TOO_MUCH_MEMORY = Rule("TOO_MUCH_MEMORY", _N, "reading was given up: it needs more memory than it may have")
READER_DIED = Rule("READER_DIED", _N, "reading was given up: the process that reads ended twice, before its end")
TOO_MANY_TOOL_CHANGES = Rule("TOO_MANY_TOOL_CHANGES", _N, "reading ends after {limit} tool changes", "changes")

CODE_NOT_ACCEPTED = Rule("CODE_NOT_ACCEPTED", _E, "the controller does not accept this: {text}")
LETTER_WITHOUT_NUMBER = Rule("LETTER_WITHOUT_NUMBER", _E, "a letter without a number: {text}")
BAD_NUMBER = Rule("BAD_NUMBER", _E, "a number that cannot be: {text}")
UNEXPECTED_CHARACTER = Rule("UNEXPECTED_CHARACTER", _E, "this is not G-code: {text}")
WORD_REPEATED = Rule("WORD_REPEATED", _E, "the same word twice on a line: {text}")
CODES_CONFLICT = Rule("CODES_CONFLICT", _E, "two codes on a line that exclude each other: {text}")
WORD_UNUSED = Rule("WORD_UNUSED", _E, "a word no code of the line makes use of: {text}")
TOOL_NOT_NAMED = Rule("TOOL_NOT_NAMED", _W, "a tool change that does not say to which tool: {text}")
WORD_MISSING = Rule("WORD_MISSING", _E, "a code lacks a word it needs: {text}")
LABEL_MISPLACED = Rule("LABEL_MISPLACED", _E, "a line number that is negative or not at the beginning: {text}")
NO_MOTION_MODE = Rule("NO_MOTION_MODE", _E, "axis words without a motion mode: {text}")

NESTED_COMMENT = Rule("NESTED_COMMENT", _E, "a comment within a comment ends at the first parenthesis: {text}")
UNCLOSED_COMMENT = Rule("UNCLOSED_COMMENT", _W, "a comment is not closed: {text}")
PERCENT_INSIDE = Rule("PERCENT_INSIDE", _W, "% inside the program may end it")
DOUBLE_SLASH = Rule("DOUBLE_SLASH", _W, "// does not begin a comment: {text}")
EXECUTABLE_AFTER_SLASHES = Rule(
    "EXECUTABLE_AFTER_SLASHES", _N, "some controllers execute what follows //, and others do not: {text}"
)
BLOCK_DELETE = Rule(
    "BLOCK_DELETE", _W, "whether what follows / is executed depends on the controller and its switch: {text}"
)
REALTIME_ORDER = Rule(
    "REALTIME_ORDER",
    _N,
    "a byte that the controller obeys at once, even in a comment: a reset, or another feed, speed or coolant: {text}",
)
CONTROL_CHARACTER = Rule("CONTROL_CHARACTER", _W, "control characters in the text: {text}")
LINE_END_AMBIGUOUS = Rule(
    "LINE_END_AMBIGUOUS",
    _N,
    "a carriage return alone ends a line for some controllers, and for others does not: {text}",
)
NON_ASCII = Rule("NON_ASCII", _W, "characters outside ASCII: {text}")
LONG_LINE = Rule("LONG_LINE", _W, "a line of {value} characters; controllers read up to {limit}", "characters")
TEXT_AFTER_END = Rule("TEXT_AFTER_END", _W, "text follows the end of the program: {text}")
NO_END = Rule("NO_END", _W, "the program does not end with M2 or M30")

ARC_RADIUS_MISMATCH = Rule(
    "ARC_RADIUS_MISMATCH", _E, "start and end of an arc lie {value} mm differently far from its centre", "mm"
)
HALF_TURN_BY_RADIUS = Rule(
    "HALF_TURN_BY_RADIUS", _W, "half a turn by its radius, of which GRBL refuses every other one by rounding: {text}"
)
ARC_INCOMPLETE = Rule("ARC_INCOMPLETE", _E, "an arc without a centre, a radius or an end: {text}")
ARC_OFFSET_OUTSIDE_PLANE = Rule("ARC_OFFSET_OUTSIDE_PLANE", _E, "the centre of an arc outside its plane: {text}")
ARC_FROM_NOWHERE = Rule("ARC_FROM_NOWHERE", _N, "an arc whose start is not known: {text}")
CYCLE_INCOMPLETE = Rule("CYCLE_INCOMPLETE", _E, "a canned cycle lacks a word, or its levels contradict: {text}")
CYCLE_FROM_NOWHERE = Rule("CYCLE_FROM_NOWHERE", _N, "a canned cycle whose place is not known: {text}")

NO_FEED = Rule("NO_FEED", _E, "a cutting move before any feed, or with a feed of 0: {text}")
UNITS_NOT_STATED = Rule("UNITS_NOT_STATED", _E, "moves before G20 or G21; millimetres are assumed")
UNITS_CHANGED = Rule("UNITS_CHANGED", _E, "units change midway: {text}")
FEED_UNITS_AMBIGUOUS = Rule(
    "FEED_UNITS_AMBIGUOUS", _W, "F beside G20 or G21 has other units on other controllers: {text}"
)
DWELL_AMBIGUOUS = Rule("DWELL_AMBIGUOUS", _W, "P of G4 may be seconds or milliseconds here: {text}")
INCREMENTAL_LEFT_ON = Rule("INCREMENTAL_LEFT_ON", _W, "the program ends in incremental mode (G91)")
OFFSET_LEFT_ON = Rule("OFFSET_LEFT_ON", _W, "the program ends with an offset of G92 or G52 in force")
SPINDLE_LEFT_ON = Rule("SPINDLE_LEFT_ON", _W, "the spindle runs when the program ends; there is no M5")
CHANGE_WITH_SPINDLE_ON = Rule("CHANGE_WITH_SPINDLE_ON", _W, "a tool is changed while the spindle runs: {text}")
