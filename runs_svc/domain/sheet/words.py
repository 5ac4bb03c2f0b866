"""The words of a sheet, English and German. Findings and reasons stay as they were recorded."""

from collections.abc import Mapping
from enum import StrEnum


class Language(StrEnum):
    """In which language a sheet is written."""

    EN = "en"
    DE = "de"


WORDS: Mapping[str, tuple[str, str]] = {
    "sheet": ("Setup sheet", "Einrichteblatt"),
    "recorded": ("recorded", "erfasst"),
    "serial": ("serial", "Seriennummer"),
    "operator": ("operator", "Bediener"),
    "not_known": ("not known", "nicht bekannt"),
    "of_100": ("of 100", "von 100"),
    "gate_open": ("Gate open", "Freigegeben"),
    "gate_opened": ("Gate opened by {person}, {time}", "Freigegeben von {person}, {time}"),
    "not_released": ("Not released", "Nicht freigegeben"),
    "needs_person": ("a named person must agree", "eine benannte Person muss zustimmen"),
    "not_to_be_cut": ("not to be cut", "nicht schneiden"),
    "withdrawn": ("the run was withdrawn", "der Lauf wurde zurückgezogen"),
    "programs_held": ("a program is held back", "ein Programm ist zurückgehalten"),
    # groups
    "stock_and_zero": ("Stock and zero", "Werkstück und Nullpunkt"),
    "tools_in_order": ("Bits, in order", "Fräser, in Reihenfolge"),
    "feeds": ("Feeds", "Schnittwerte"),
    "programs_in_order": ("Programs, in order", "Programme, in Reihenfolge"),
    "open_warnings": ("Open warnings", "Offene Warnungen"),
    "changed_since": ("Changed since serial {serial}", "Geändert seit Seriennummer {serial}"),
    "changed_since_run": ("Changed since {run}", "Geändert seit {run}"),
    "changed_never": ("Changed since the last time", "Geändert seit dem letzten Mal"),
    "check_list": ("Check list", "Prüfliste"),
    "drawing": ("Part", "Teil"),
    # rows
    "wood": ("Wood", "Holz"),
    "nominal": ("Nominal", "Sollmaß"),
    "measured": ("Measured", "Gemessen"),
    "cut": ("Cut", "Schnitt"),
    "zero": ("Zero", "Nullpunkt"),
    "from_nut": ("From the nut", "Ab Sattel"),
    "blade_height": ("Blade height", "Blatthöhe"),
    "above_stock": ("above the stock", "über dem Werkstück"),
    "held_by": ("Held by", "Spannung"),
    "label_machine": ("Machine", "Maschine"),
    "spindle": ("Spindle", "Spindel"),
    "label_feed": ("Feed", "Vorschub"),
    "plunge": ("Plunge", "Eintauchen"),
    "pass": ("Pass", "Zustellung"),
    "direction": ("Direction", "Richtung"),
    "cooling": ("Cooling", "Kühlung"),
    "time": ("Time", "Zeit"),
    "file": ("File", "Datei"),
    "digest": ("Digest", "Prüfsumme"),
    "lowest_z": ("Lowest Z", "Tiefstes Z"),
    "extent": ("Extent X, Y", "Ausdehnung X, Y"),
    # texts
    "rpm": ("rpm", "1/min"),
    "span": ("{low} to {high}", "{low} bis {high}"),
    "through": ("through", "durch"),
    "deep": ("{value} deep", "{value} tief"),
    "long": ("{value} long", "{value} lang"),
    "wide": ("{value} wide", "{value} breit"),
    "remain": ("{value} remain", "{value} bleiben"),
    "inner_corners": ("inner corners R {value}", "Innenecken R {value}"),
    "tabs": ("{count}× tab", "{count}× Haltesteg"),
    "skin": ("a skin of {value} is left", "{value} Haut bleiben stehen"),
    "peck_depth_mm": ("pecks of {value}", "Bohrhübe von {value}"),
    "pitch_x_mm": ("{value} apart in X", "Abstand in X {value}"),
    "pitch_y_mm": ("{value} apart in Y", "Abstand in Y {value}"),
    "edge_distance_mm": ("{value} from the edge", "{value} vom Rand"),
    "counterbore": ("counterbore Ø {width}, {depth} deep", "Senkung Ø {width}, {depth} tief"),
    "from_corner": ("X, Y from lower left corner, {unit}", "X, Y ab Ecke links unten, {unit}"),
    "tip": ("tip {value}", "Spitze {value}"),
    "kerf": ("kerf {value}", "Schnittbreite {value}"),
    "moisture": ("{value} moisture", "{value} Feuchte"),
    "pass_text": ("{depth} deep, {width} wide", "{depth} tief, {width} breit"),
    "time_planned": ("planned with the profile of {machine}", "geplant mit dem Profil von {machine}"),
    "time_rough": ("without acceleration, so longer in fact", "ohne Beschleunigung, also in Wirklichkeit länger"),
    "flutes": ("{count} flutes", "{count} Schneiden"),
    "flute": ("1 flute", "1 Schneide"),
    "teeth": ("{count} teeth", "{count} Zähne"),
    "stickout": ("stick-out {value}", "Auskraglänge {value}"),
    "flute_length": ("edge {value} long", "Schneide {value} lang"),
    "depth_total": ("cuts {value} deep", "schneidet {value} tief"),
    "see_program": ("see the program", "siehe Programm"),
    "stock_top": ("Z0 top of the stock", "Z0 Oberseite"),
    "stock_bottom": ("Z0 bottom of the stock", "Z0 Unterseite"),
    "stock_z": ("stock from Z {low} to {high}", "Werkstück von Z {low} bis {high}"),
    "stock_centre": ("X0 Y0 centre of the stock", "X0 Y0 Mitte des Werkstücks"),
    "stock_corner": ("X0 Y0 lower left corner of the stock", "X0 Y0 Ecke links unten"),
    "stock_xy": (
        "stock from X {x_low} Y {y_low} to X {x_high} Y {y_high}",
        "Werkstück von X {x_low} Y {y_low} bis X {x_high} Y {y_high}",
    ),
    "no_program": ("no program is attached", "kein Programm angehängt"),
    "line": ("line {line}", "Zeile {line}"),
    "accepted_by": ("accepted by {person}: {reason}", "angenommen von {person}: {reason}"),
    "nothing": ("none", "keine"),
    "first_time": ("This part was never finished before.", "Dieses Teil wurde noch nie fertiggestellt."),
    "nothing_changed": ("Nothing that matters at the machine.", "Nichts, was an der Maschine zählt."),
    "more_changes": ("and {count} more", "und {count} weitere"),
    "program_changed": ("program", "Programm"),
    "absent": ("none", "keine Angabe"),
    "optional": ("optional", "freiwillig"),
    "declaration": (
        "I have checked the above and start this cut.",
        "Ich habe alles geprüft und starte diesen Schnitt.",
    ),
    "sign_here": ("Name, signature, time:", "Name, Unterschrift, Uhrzeit:"),
    "signed_by": ("Signed by {person}, {time}", "Unterschrieben von {person}, {time}"),
    "scale": ("scale", "Mensur"),
    "thickness": ("Thickness", "Dicke"),
    "printed": (
        "Printed {time} UTC from record {record}, sheet {sheet}",
        "Gedruckt {time} UTC aus Datensatz {record}, Blatt {sheet}",
    ),
    "page_of": ("page {page} of {pages}", "Seite {page} von {pages}"),
    # items
    "item_stock": ("Stock measured", "Werkstück gemessen"),
    "item_tool": ("Bit {tool} in the collet{stickout}", "Fräser {tool} gespannt{stickout}"),
    "item_blade": ("Blade {tool} mounted, teeth the right way round", "Blatt {tool} montiert, Zähne richtig herum"),
    "item_tool_plain": ("Bit in the collet{stickout}", "Fräser gespannt{stickout}"),
    "item_blade_plain": ("Blade mounted, teeth the right way round", "Blatt montiert, Zähne richtig herum"),
    "item_stickout": (", stick-out {value}", ", Auskraglänge {value}"),
    "item_holding": ("Stock held, nothing in the way of the cut", "Werkstück gespannt, Weg frei"),
    "item_holding_round": (
        "Stock held outside Ø {value}, nothing in the way",
        "Gespannt außerhalb Ø {value}, Weg frei",
    ),
    "item_zero": ("Zero set, {offset} read back", "Nullpunkt gesetzt, {offset} zurückgelesen"),
    "item_zero_plain": ("Zero set and read back", "Nullpunkt gesetzt und zurückgelesen"),
    "item_zero_blade": (
        "Blade height, fence and stops set and read back",
        "Blatthöhe und Anschläge eingestellt, nachgemessen",
    ),
    "item_extraction": ("Extraction on, doors closed", "Absaugung an, Türen zu"),
    "item_program": ("{name} on the machine has digest {digest}", "{name} auf der Maschine hat Prüfsumme {digest}"),
    "item_air_cut": ("First pass watched in the air", "Erste Bahn in der Luft angesehen"),
    # what enums say
    "VACUUM": ("vacuum", "Vakuum"),
    "CLAMPS": ("clamps", "Spannpratzen"),
    "TAPE": ("tape", "Klebeband"),
    "SCREWS": ("screws", "Schrauben"),
    "CONVENTIONAL": ("conventional", "Gegenlauf"),
    "CLIMB": ("climb", "Gleichlauf"),
    "NONE": ("none", "keine"),
    "AIR": ("air", "Luft"),
    "MIST": ("mist", "Nebel"),
    "SHARP": ("sharp", "scharf"),
    "USED": ("used", "gebraucht"),
    "WORN": ("worn", "abgenutzt"),
    "DULL": ("dull", "stumpf"),
    "END_MILL": ("end mill", "Schaftfräser"),
    "COMPRESSION": ("compression bit", "Kompressionsfräser"),
    "BALL_NOSE": ("ball nose", "Kugelfräser"),
    "BULL_NOSE": ("bull nose", "Torusfräser"),
    "V_BIT": ("V-bit", "V-Fräser"),
    "TAPERED_BALL": ("tapered ball", "konischer Kugelfräser"),
    "FRET_SLOT_END_MILL": ("fret slot end mill", "Bundschlitzfräser"),
    "ENGRAVING": ("engraving bit", "Gravierstichel"),
    "SURFACING": ("surfacing bit", "Planfräser"),
    "O_FLUTE": ("O-flute", "Einschneider"),
    "DRILL": ("drill", "Bohrer"),
    "SAW_BLADE": ("saw blade", "Sägeblatt"),
    "FRET_SAW_BLADE": ("fret saw blade", "Bundsägeblatt"),
    # operations, and what they are called where a design has no name
    "rosette_channel": ("rosette channel", "Rosettenkanal"),
    "rosette_rings": ("rosette rings", "Rosettenringe"),
    "fret_slots": ("fret slots", "Bundschlitze"),
    "pocket": ("pocket", "Tasche"),
    "profile": ("contour", "Kontur"),
    "drilling": ("holes", "Bohrungen"),
    "saw_cut": ("saw cut", "Sägeschnitt"),
    "facing": ("facing", "Planfräsen"),
    "binding_ledge": ("binding ledge", "Bindingfalz"),
    "v_carve": ("V-carving", "V-Gravur"),
    "radius_board": ("board radius", "Griffbrettradius"),
    "contour_3d": ("carved surface", "Fläche in 3D"),
    # where something differs
    "tool": ("tool", "Werkzeug"),
    "machine": ("machine", "Maschine"),
    "feed": ("feed", "Vorschub"),
    "spindle speed": ("spindle speed", "Drehzahl"),
    "plunge feed": ("plunge feed", "Eintauchvorschub"),
    "depth of pass": ("depth of pass", "Zustelltiefe"),
    "stepover": ("stepover", "seitliche Zustellung"),
    "material": ("material", "Holz"),
    "stock": ("stock", "Werkstück"),
    "design": ("design", "Entwurf"),
    "verdict": ("verdict", "Urteil"),
    "program": ("program", "Programm"),
    "toolpaths": ("toolpaths", "Bahnen"),
    # levels
    "GREEN": ("GREEN", "GRÜN"),
    "YELLOW": ("YELLOW", "GELB"),
    "RED": ("RED", "ROT"),
    "UNKNOWN": ("UNKNOWN", "UNBEKANNT"),
    "ERROR": ("ERROR", "FEHLER"),
}
"""Each word in both languages, English first."""


def word(language: Language, key: str, **values: object) -> str:
    """A word or a sentence of the sheet, with its values put in.

    >>> word(Language.DE, "flutes", count=2)
    '2 Schneiden'
    """
    text = WORDS[key][0 if language is Language.EN else 1]
    return text.format(**values) if values else text


def known_word(language: Language, key: str) -> str:
    """What an enum value is called; the value itself in plain letters where there is no word for it yet.

    >>> known_word(Language.EN, "CLAMPS"), known_word(Language.DE, "SOMETHING_NEW")
    ('clamps', 'something new')
    """
    return word(language, key) if key in WORDS else key.lower().replace("_", " ")
