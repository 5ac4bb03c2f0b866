"""From a bite per tooth to a score: too thin to cut, too thick to clear, or fed by a hand that cannot keep up."""

from math import log as float_log

from feasibility_svc.domain.scoring.numeric import interpolate, log, maximum, minimum, where

_HALF_AS_MUCH_AGAIN = float_log(1.5)
LOW_EDGE_OVER_NO_CHIP = 1.5
"""The low edge of the score lies at least so far above the bite that forms no chip. [-]"""
_THICK = ((1.0, 80.0), (2.0, 50.0), (3.0, 0.0))
_SAW_THIN = ((-3.0, 50.0), (0.0, 80.0), (0.7, 100.0))
_SAW_THICK = ((0.7, 100.0), (1.0, 80.0), (2.0, 50.0), (3.0, 0.0))
_HAND_SPEED = ((5_000.0, 100.0), (6_000.0, 80.0), (12_000.0, 50.0), (20_000.0, 0.0))


def low_edge_of_score_mm(*, low_mm: float, no_chip_mm: float) -> float:
    """Bite from which the low side is GREEN: the low edge, or higher where the tool is blunt for it. [mm]"""
    return maximum(low_mm, LOW_EDGE_OVER_NO_CHIP * no_chip_mm)


def thin_bite(bite_mm: float, *, low_mm: float, no_chip_mm: float) -> float:
    """Score of a bite against the low edge: 50 where no chip forms, 80 at the edge, 100 half as much again above it.

    Args:
        bite_mm: Feed per tooth. [mm]
        low_mm: Low edge of the score, above `no_chip_mm`. [mm]
        no_chip_mm: Bite below which the edge rubs. [mm]

    >>> [round(thin_bite(bite, low_mm=0.04, no_chip_mm=0.01)) for bite in (0.005, 0.01, 0.02, 0.04, 0.06)]
    [25, 50, 65, 80, 100]
    """
    rubbing = 50 * bite_mm / no_chip_mm
    short = 50 + 30 * log(bite_mm / no_chip_mm) / log(low_mm / no_chip_mm)
    enough = 80 + 20 * minimum(1.0, log(bite_mm / low_mm) / _HALF_AS_MUCH_AGAIN)
    return where(bite_mm < no_chip_mm, rubbing, where(bite_mm < low_mm, short, enough))


def thick_bite(share: float) -> float:
    """Score of the thickest chip over the high edge: 80 at it, 50 at twice as much, where chips fill half the flute.

    >>> [round(thick_bite(share)) for share in (0.5, 1.0, 1.5, 2.0, 3.0)]
    [100, 80, 65, 50, 0]
    """
    inside = 80 + 20 * minimum(1.0, log(1 / share) / _HALF_AS_MUCH_AGAIN)
    return where(share <= 1.0, inside, interpolate(share, _THICK))


def bite_of_saw(bite_mm: float, *, low_mm: float, high_mm: float, by_hand: bool) -> float:
    """Score of a blade's feed per tooth; nobody programs a hand, so below the low edge it is 80.

    >>> round(bite_of_saw(0.03125, low_mm=0.02, high_mm=0.5, by_hand=True), 6)
    92.75106
    """
    low = interpolate(log(bite_mm / low_mm), _SAW_THIN)
    return minimum(maximum(low, 80.0) if by_hand else low, interpolate(bite_mm / high_mm, _SAW_THICK))


def hand_speed(feed_rate_mm_per_min: float) -> float:
    """Score of a feed by hand: an even one stays below 0.1 m/s [A].

    >>> [hand_speed(feed) for feed in (5_000.0, 6_000.0, 12_000.0, 20_000.0)]
    [100.0, 80.0, 50.0, 0.0]
    """
    return interpolate(feed_rate_mm_per_min, _HAND_SPEED)
