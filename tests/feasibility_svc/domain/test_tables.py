"""Values as their sources print them: a slip of the keyboard in a table shows here."""

from feasibility_svc.domain.physics import chatter, deflection, rim_speed


def test_rim_speeds_of_the_german_trade_body_and_the_makers() -> None:
    assert (rim_speed.SAW_LIMIT_M_PER_S, rim_speed.SOLID_SAW_LIMIT_M_PER_S) == (100.0, 60.0)
    assert (rim_speed.ROUTER_LIMIT_M_PER_S, rim_speed.SAW_MINIMUM_M_PER_S) == (60.0, 40.0)
    assert (rim_speed.PLATE_CONSTANT, rim_speed.PLATE_VALID_FROM_MM) == (2.6e8, 150.0)
    assert (rim_speed.SLOW_SAW_FROM_MM, rim_speed.EXTRAPOLATED_FACTOR) == (160.0, 1.5)
    assert rim_speed.CHARTED_FROM_MM == 12.7


def test_stiffness_and_density_of_tool_materials() -> None:
    moduli = {"CARBIDE": 600.0, "MICROGRAIN_CARBIDE": 600.0, "HSS": 200.0, "COBALT_HSS": 210.0}
    assert moduli == deflection.YOUNGS_MODULUS_GPA
    densities = {"CARBIDE": 14_500.0, "MICROGRAIN_CARBIDE": 14_500.0, "HSS": 7_850.0, "COBALT_HSS": 7_850.0}
    assert densities == chatter.DENSITY_KG_PER_M3


def test_damping_and_direction_of_the_chatter_model() -> None:
    assert chatter.MACHINE_DAMPING == {"HOBBY": 0.07, "BENCHTOP": 0.05, "INDUSTRIAL": 0.05}
    assert (chatter.DIRECTION_FACTOR, chatter.TOOL_DAMPING) == (0.7, 0.03)
