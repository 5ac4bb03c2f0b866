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
    law: ForceLaw, *, axial_depth_mm: float, mean_chip_mm: float, teeth_in_cut: float, cutting_speed_m_per_s: float
) -> float:
    """Mean power at the edge, F_t(h_m) z φ / (2 π) v_c. [W]

    The shear part of an affine law is K_s times the removal rate; its edge part is what removal-rate calculators miss:
    with thin chips it is most of the power. Integrating it over the arc gives 3 to 10 % less [D].

    >>> law = ForceLaw(slope_n_per_mm2=43.71, edge_force_n_per_mm=3.7365)
    >>> round(cutting_power_w(law, axial_depth_mm=6, mean_chip_mm=0.039788735772973836, teeth_in_cut=1.0,
    ...     cutting_speed_m_per_s=5.319763560079703), 6)
    172.544448
    """
    tangential_n = law.tangential_force_n(axial_depth_mm=axial_depth_mm, chip_mm=mean_chip_mm)
    return tangential_n * teeth_in_cut * cutting_speed_m_per_s


def drilling_torque_nm(law: ForceLaw, *, diameter_mm: float, feed_per_tooth_mm: float, flute_count: float) -> float:
    """Torque of a drill: the shear force of each edge over half the diameter, at a quarter of it. [N m]

        T = K f_z^(1 - m_c) D/2 D/4 z

    Edges in a hole do not rub as those of a cutter do, so there is no edge term [A].

    >>> law = ForceLaw(slope_n_per_mm2=45.4584, edge_force_n_per_mm=3.9)
    >>> round(drilling_torque_nm(law, diameter_mm=8, feed_per_tooth_mm=1 / 7, flute_count=2), 9)
    0.103904914
    """
    edge_n = law.shear_force_at(feed_per_tooth_mm) * diameter_mm / 2
    return edge_n * (diameter_mm / 4) * flute_count / 1_000


def power_of_torque_w(*, torque_nm: float, spindle_speed_rpm: float) -> float:
    """Power of a torque at a speed, T 2 π n. [W]"""
    return torque_nm * 2 * pi * spindle_speed_rpm / 60


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
