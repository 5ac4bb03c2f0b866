"""Names that lists of earlier schemas hold as they were typed are found in every spelling after the migration."""

import sqlalchemy as sa

from runs_svc.migrations import names_in_lists


def test_names_become_labels_and_nothing_else_changes() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        for table, column in names_in_lists.NAMES:
            connection.execute(sa.text(f"CREATE TABLE {table} (subject_id TEXT, {column} TEXT, provider TEXT)"))
            for number, name in enumerate([" M\u00dcLLER,\u00a0A.", "anna", "", "\u0410nna"]):
                values = {"id": f"s{number}", "name": name}
                connection.execute(sa.text(f"INSERT INTO {table} VALUES (:id, :name, 'As Typed')"), values)
        names_in_lists.fill(connection)
        names_in_lists.fill(connection)
        for table, column in names_in_lists.NAMES:
            rows = connection.execute(sa.text(f"SELECT subject_id, {column}, provider FROM {table}")).all()
            labels = ["m\u00fcller,a.", "anna", "", "anna"]
            assert [tuple(row) for row in rows] == [(f"s{n}", label, "As Typed") for n, label in enumerate(labels)]
