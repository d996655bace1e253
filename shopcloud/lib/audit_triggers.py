"""For migrations: the triggers that write down what staff change. `shopcloud.lib.audit` says when they do."""

from typing import Any

from django.db.migrations.operations.base import Operation

# Columns that open doors, by how they are called. Of them it is told that they changed, and nothing more.
HIDDEN = "(password|secret|token|hash|session_key|signature|cipher|^key$|^data$)"
LONGEST = 2000

WRITE = f"""
CREATE OR REPLACE FUNCTION audit_shown(column_name text, held jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN held = '""'::jsonb THEN held
              WHEN column_name ~* '{HIDDEN}' THEN '"(hidden)"'::jsonb
              WHEN length(held::text) > {LONGEST} THEN to_jsonb(left(held::text, {LONGEST}) || '…')
              ELSE held END
$$;

CREATE OR REPLACE FUNCTION audit_changed(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(key, audit_shown(key, value)), '{{}}'::jsonb) FROM jsonb_each(one)
  WHERE value <> 'null'::jsonb AND value IS DISTINCT FROM other -> key
$$;

CREATE OR REPLACE FUNCTION audit_write(model text, object_id text, name text, kind text, was jsonb, become jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  scope jsonb := current_setting('shopcloud.audit')::jsonb;
  before jsonb := audit_changed(was, become);
  after jsonb := audit_changed(become, was);
BEGIN
  IF before = '{{}}'::jsonb AND after = '{{}}'::jsonb THEN
    RETURN;
  END IF;
  INSERT INTO platform_auditentry
    (at, actor_id, action, request_id, model, object_id, name, kind, before, after, words)
  VALUES (
    clock_timestamp(), (scope ->> 'actor')::bigint, scope ->> 'action', coalesce(scope ->> 'request_id', ''),
    model, left(object_id, 200), left(name, 200), kind, before, after,
    to_tsvector('simple', concat_ws(' ', scope ->> 'action', model, object_id, name, before::text, after::text))
  );
END $$;

CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{{}}'::jsonb ELSE to_jsonb(OLD) END;
  become jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{{}}'::jsonb ELSE to_jsonb(NEW) END;
  held jsonb := was || become;
  kind text := CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END;
BEGIN
  PERFORM audit_write(
    TG_ARGV[0], held ->> TG_ARGV[1],
    coalesce(
      held ->> 'number', held ->> 'name', held ->> 'title', held ->> 'email', held ->> 'code', held ->> 'sku', ''
    ),
    CASE WHEN TG_ARGV[2] = 'part' THEN 'changed' ELSE kind END, was, become
  );
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION audit_product() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb;
BEGIN
  IF NEW.author_id IS NULL OR (TG_OP = 'UPDATE' AND OLD.author_id IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  SELECT record INTO was FROM catalog_productversion
    WHERE product_id = NEW.product_id AND version < NEW.version ORDER BY version DESC LIMIT 1;
  PERFORM audit_write(
    'catalog.catalogproduct', NEW.product_id, coalesce(NEW.record ->> 'title', ''),
    CASE WHEN was IS NULL THEN 'added' ELSE 'changed' END, coalesce(was, '{{}}'::jsonb), NEW.record
  );
  RETURN NULL;
END $$;
"""  # noqa: S608 - made of the two constants above
FORGET = """
DROP FUNCTION audit_product(); DROP FUNCTION audit_row();
DROP FUNCTION audit_write(text, text, text, text, jsonb, jsonb);
DROP FUNCTION audit_changed(jsonb, jsonb); DROP FUNCTION audit_shown(text, jsonb);
"""
_AT_WORK = "coalesce(current_setting('shopcloud.audit', true), '') <> ''"
ALL = "INSERT OR UPDATE OR DELETE"


class WriteAudit(Operation):
    """The functions that the triggers call. They touch no table."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing about the models changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(WRITE, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(FORGET, params=None)

    def describe(self) -> str:
        return "Say how changes by staff are written down"


class Audit(Operation):
    """Let changes of a model's rows by staff be written down: `Audit("orders.Order")`.

    Adding the trigger waits for the writes that are under way, as long as `lock_timeout` allows, and reads no row.
    `events` narrows it for rows that work makes by the hundred. With `through` it is the model's table for that
    many-to-many field, whose rows are parts of the model's.
    """

    reversible = True

    def __init__(self, model: str, *, events: str = ALL, through: str = "", function: str = "audit_row") -> None:
        self.model, self.events, self.through, self.function = model, events, through, function

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing about the models changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, key = self._where(to_state)
        said = ", ".join(f"'{one}'" for one in (self.model.lower(), key, "part" if self.through else "whole"))
        schema_editor.execute(
            f"CREATE OR REPLACE TRIGGER audit AFTER {self.events} ON {schema_editor.quote_name(table)} FOR EACH ROW "
            f"WHEN ({_AT_WORK}) EXECUTE FUNCTION {self.function}({said})",
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, _key = self._where(from_state)
        schema_editor.execute(f"DROP TRIGGER audit ON {schema_editor.quote_name(table)}", params=None)

    def describe(self) -> str:
        return f"Write down what staff change of {self.model}"

    def _where(self, state: Any) -> tuple[str, str]:
        meta = state.apps.get_model(self.model)._meta
        if not self.through:
            return str(meta.db_table), str(meta.pk.column)
        field = meta.get_field(self.through)
        return str(field.remote_field.through._meta.db_table), str(field.m2m_column_name())
