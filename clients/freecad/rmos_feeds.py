"""Feeds and speeds for FreeCAD CAM from RMOS, over HTTPS, with what FreeCAD's own Python has.

In FreeCAD, with a job that has tool controllers (Python console, or a macro):

    import rmos_feeds
    rmos = rmos_feeds.Provider("https://127.0.0.1:8443", ca="/opt/rmos/door.pem", token="...")
    for controller in job.Tools.Group:
        print(rmos.apply(controller, design, context))

FreeCAD keeps feeds in mm/s and lengths in mm; RMOS takes mm/min. What is set is what the server calls GREEN for this
tool, wood and machine; where nothing is GREEN the controller stays as it is, and the answer says why.
"""

import copy
import json
import ssl
import urllib.error
import urllib.request

_PATH = "/rmos.feasibility.v1.FeasibilityService/RecommendSetup"
_LEVEL = "RISK_LEVEL_"
_S_PER_MIN = 60.0


class ProviderError(Exception):
    """The server was not reached or refused; the message says why."""


class Provider:
    """Asks one door.

    Args:
        door: Its address, for example "https://127.0.0.1:8443".
        ca: PEM file that vouches for its certificate. None: what the system trusts.
        token: Token or key, where the server asks who calls.
    """

    def __init__(self, door, *, ca=None, token=""):
        self._door = door.rstrip("/")
        self._tls = ssl.create_default_context(cafile=ca)
        self._headers = {"content-type": "application/json"}
        if token:
            self._headers["authorization"] = f"Bearer {token}"

    def recommend(self, design, context):
        """What the server says of a job, as the JSON form of RecommendSetupResponse.

        Raises:
            ProviderError: It was not reached, or refused.
        """
        body = json.dumps({"design": design, "context": context}).encode()
        request = urllib.request.Request(f"{self._door}{_PATH}", body, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=30, context=self._tls) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ProviderError(_said(error)) from error
        except OSError as error:
            raise ProviderError(f"{self._door}: {error}") from error

    def apply(self, controller, design, context):
        """Set feed, plunge and spindle of a tool controller to the fastest GREEN setup.

        Args:
            controller: FreeCAD's tool controller: `HorizFeed` and `VertFeed` in mm/s, `SpindleSpeed` in rpm, and `Tool`
                with a `Diameter` in mm.
            design: What is cut, as the JSON form of Design.
            context: With what, as the JSON form of Context; diameter, feeds and speed are taken from the controller.

        Returns:
            One sentence for the user.

        Raises:
            ProviderError: The server was not reached, or refused.
        """
        answer = self.recommend(design, with_controller(context, controller))
        setup = answer.get("setup")
        if setup is None:
            why = "; ".join(answer.get("obstacles", [])) or "no setup of this tool is GREEN"
            return f"left as it was ({_level(answer['present_risk'])}): {why}"
        for change in setup["fields"]:
            _set(controller, change)
        said = ", ".join(
            f"{change['field'].rpartition('.')[2]} {change['suggested_value']:g} {change['unit']}"
            for change in setup["fields"]
            if "suggested_value" in change
        )
        return f"{_level(setup['risk'])} with {said}"


def with_controller(context, controller):
    """A context with what a tool controller says: diameter, feeds and speed, in the server's units."""
    given = copy.deepcopy(context)
    given.setdefault("tool", {})["diameter_mm"] = _value(controller.Tool.Diameter)
    cut = given.setdefault("cut", {})
    stated = {
        "feed_rate_mm_per_min": _value(controller.HorizFeed) * _S_PER_MIN,
        "plunge_rate_mm_per_min": _value(controller.VertFeed) * _S_PER_MIN,
        "spindle_speed_rpm": _value(controller.SpindleSpeed),
    }
    cut.update({name: value for name, value in stated.items() if value > 0})
    return given


def _set(controller, change):
    value = change.get("suggested_value")
    if value is None:
        return
    name = change["field"].rpartition(".")[2]
    if name == "feed_rate_mm_per_min":
        controller.HorizFeed = value / _S_PER_MIN
    elif name == "plunge_rate_mm_per_min":
        controller.VertFeed = value / _S_PER_MIN
    elif name == "spindle_speed_rpm":
        controller.SpindleSpeed = value


def _said(error):
    """The sentence of a refusal; what is no JSON for the contract is refused by the door in plain text."""
    body = error.read().decode(errors="replace")
    try:
        return json.loads(body)["message"]
    except (ValueError, KeyError):
        return body or str(error)


def _level(name):
    return name[len(_LEVEL) :] if name.startswith(_LEVEL) else name


def _value(quantity):
    """The number of a FreeCAD quantity in its base units, or of a plain number."""
    return float(getattr(quantity, "Value", quantity))
