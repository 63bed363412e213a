"""`truecopy audit` finds what somebody with the database's password, or at the disk, changed behind truecopy's back."""

import sys
import tempfile
import unittest
from pathlib import Path

import harness

sys.path.insert(0, str(harness.SOURCE / "tests/fault"))
import kill  # noqa: E402


# Changes a row, writes its digest and its leaf anew, and leaves the tree to be built again.
RECOMPUTE = r"""
UPDATE register_entry SET requester = 'Somebody Else' WHERE state = 'issued';
UPDATE ledger_row r SET digest = ledger_digest(e.salt, 'register_entry', to_jsonb(t))
  FROM ledger_entry e, register_entry t
  WHERE e.id = r.entry_id AND r.table_name = 'register_entry' AND t.state = 'issued' AND r.operation = 'U'
    AND r.row_key = ledger_key(to_jsonb(t), '{office_id,book,year,number}');
UPDATE ledger_entry e SET leaf = sha256('\x00'::bytea || e.salt || convert_to(format(
  '{"at":"%s","id":%s,"rows":[%s],"ticket":%s,"v":1}', e.at, e.id, (SELECT string_agg(format(
  '["%s",%s,%s,"%s"]', r.operation, to_json(r.table_name), to_json(r.row_key), encode(r.digest, 'hex')), ','
  ORDER BY r.ordinal) FROM ledger_row r WHERE r.entry_id = e.id), e.ticket), 'UTF8'));
DELETE FROM ledger_head; DELETE FROM ledger_node; UPDATE ledger_entry SET leaf_index = NULL"""


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        cls.warehouse = kill.Warehouse(cls.folder / "w")
        cls.warehouse.hold()
        kill.Batch(cls.warehouse, "one", 1).count()

    @classmethod
    def tearDownClass(cls):
        cls.warehouse.remove()
        cls.folder.rmdir()

    def codes(self, *options):
        result = self.warehouse.run("audit", "--json", *options)
        faults = [line["code"] for line in result.lines if line.get("severity") == "fault"]
        self.assertEqual(result.status, 1 if faults else 0, result.out + result.err)
        return faults

    def superuser(self, *statements):
        """As the superuser, past every trigger."""
        self.warehouse.sql("SET session_replication_role = replica; " + "; ".join(statements), user="postgres")

    def test_a_clean(self):
        self.assertEqual(self.codes(), [])

    def test_changed_column(self):
        self.superuser("UPDATE record SET purpose = 'another'")
        self.assertIn("row_changed", self.codes())
        self.superuser("UPDATE record SET purpose = NULL")
        self.assertEqual(self.codes(), [])

    def test_changed_blob(self):
        digest = self.warehouse.sql("SELECT encode(sha256, 'hex') FROM certified_copy")[0][0]
        blob = self.warehouse.data / "blobs" / digest[:2] / digest[2:4] / digest
        content = bytearray(blob.read_bytes())
        blob.chmod(0o600)
        content[100] ^= 1
        blob.write_bytes(content)
        self.assertNotEqual(self.codes(), [])
        content[100] ^= 1
        blob.write_bytes(content)
        self.assertEqual(self.codes(), [])

    def test_recomputed_ledger(self):
        """The whole ledger written anew over a changed register, and the data folder's heads with it: the ledger agrees
        with itself, and only heads that somebody kept elsewhere tell."""
        heads = self.warehouse.data / "heads/heads.jsonl"
        kept = self.folder / "kept.jsonl"
        kept.write_bytes(heads.read_bytes())
        self.assertEqual(self.codes("--heads", kept), [])
        self.superuser(RECOMPUTE)
        heads.unlink()
        self.warehouse.run("migrate")  # truecopy itself gives the entries their places again and signs a new head
        kill.Batch(self.warehouse, "two", 1).count()
        self.assertNotIn("head_mismatch", self.codes())
        self.assertIn("head_mismatch", self.codes("--heads", kept))
        kept.write_text("no head\n")
        self.assertEqual(self.warehouse.run("audit", "--heads", kept).status, 3)
        kept.unlink()

    def test_z_removed_last_entry_with_its_head(self):
        """Last: the head in the data folder knows of an entry that the database has not any more."""
        last = self.warehouse.sql("SELECT max(id) FROM ledger_entry WHERE leaf_index IS NOT NULL")[0][0]
        size = self.warehouse.sql("SELECT max(tree_size) FROM ledger_head")[0][0]
        self.superuser(f"DELETE FROM ledger_row WHERE entry_id = {last}", f"DELETE FROM ledger_entry WHERE id = {last}",
                       f"DELETE FROM ledger_head WHERE tree_size = {size}")
        self.assertNotEqual(self.codes(), [])


if __name__ == "__main__":
    unittest.main()
