"""Cutting power and what a spindle can give."""

from math import pi

from feasibility_svc.domain.physics.cutting_force import ForceLaw
from feasibility_svc.domain.scoring.numeric import minimum

ROUTER_EFFICIENCY = 0.5
"""Shaft over input power of a universal motor router (932 W input, about 450 W shaft [R]). [-]"""
ROUTER_WEAK_BELOW = 0.55
"""Share of the top speed below which a router loses power with speed [A]. [-]"""


def removal_rate_mm3_per_s(*, axial_depth_mm: float, radial_width_mm: float, feed_rate_mm_per_min: float) -> float:
    """Volume removed per time, Q = a_p a_e v_f. [mm3/s]"""
    return axial_depth_mm * radial_width_mm * feed_rate_mm_per_min / 60


def cutting_speed_m_per_s(*, diameter_mm: float, spindle_speed_rpm: float) -> float:
    """Speed of the edge, v_c = π D n. [m/s]"""
    return pi * diameter_mm * spindle_speed_rpm / 60_000


def cutting_power_w(
    law: ForceLaw,
    *,
    axial_depth_mm: float,
    radial_width_mm: float,
    feed_rate_mm_per_min: float,
    spindle_speed_rpm: float,
    flute_count: float,
    diameter_mm: float,
    engagement_rad: float,
    mean_chip_mm: float,
) -> float:
    """Mean power at the edge. [W]

        P = K_s Q / 1000 + Int_eff(h_m) a_p z φ / (2 π) v_c

    Exact for the affine law with the edge force at the mean chip; integrating it over the arc gives 3 to 10 % less. The
    second term is what removal-rate calculators miss: with thin chips it is most of the power [D].
    """
    rate = removal_rate_mm3_per_s(
        axial_depth_mm=axial_depth_mm, radial_width_mm=radial_width_mm, feed_rate_mm_per_min=feed_rate_mm_per_min
    )
    speed = cutting_speed_m_per_s(diameter_mm=diameter_mm, spindle_speed_rpm=spindle_speed_rpm)
    teeth = flute_count * engagement_rad / (2 * pi)
    shear_w = law.slope_n_per_mm2 * rate / 1_000
    return shear_w + law.edge_force_at(mean_chip_mm) * axial_depth_mm * teeth * speed


def vfd_power_w(*, rated_power_w: float, rated_speed_rpm: float, spindle_speed_rpm: float) -> float:
    """Power of an induction spindle: constant torque up to its rated speed, constant power above. [W]

    >>> vfd_power_w(rated_power_w=2200, rated_speed_rpm=24000, spindle_speed_rpm=18000)
    1650.0
    """
    return rated_power_w * minimum(1.0, spindle_speed_rpm / rated_speed_rpm)


def router_power_w(*, input_power_w: float, top_speed_rpm: float, spindle_speed_rpm: float) -> float:
    """Shaft power of a universal motor router, constant over its dial but for the slow end [R, A]. [W]

    >>> router_power_w(input_power_w=932, top_speed_rpm=27000, spindle_speed_rpm=16000)
    466.0
    """
    share = minimum(1.0, spindle_speed_rpm / (ROUTER_WEAK_BELOW * top_speed_rpm))
    return ROUTER_EFFICIENCY * input_power_w * share


def torque_nm(*, power_w: float, spindle_speed_rpm: float) -> float:
    """Torque at a speed, P / (2 π n). [N m]"""
    return power_w / (2 * pi * spindle_speed_rpm / 60)
