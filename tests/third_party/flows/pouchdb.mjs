// nano against PouchDB Server, which speaks CouchDB's protocol: databases, documents with revisions, conflicts, bulk calls.
import { createRequire } from "node:module";
const require = createRequire(process.env.TREATY_FLOW_PACKAGES + "/");
const server = require("nano")(process.env.TREATY_URL_CLIENT_SERVER.replace(/\/$/, ""));
const fails = async (call) => {
  try { console.log("unexpected", await call); } catch (refusal) { console.log(refusal.statusCode, refusal.error); }
};
if (process.argv[2] === "fill") {
  await server.db.create("strange");
  for (let number = 0; number < 500; number++) await server.use("strange").insert({ number, kind: "strange" });
  process.exit();
}
await server.db.list();
await server.db.create("library");
await fails(server.db.create("library"));
await server.db.list();
await server.db.get("library");
const library = server.use("library");
const dune = await library.insert({ title: "Dune", author: "Frank Herbert", year: 1965, lent: false });
await library.get(dune.id);
await library.insert({ title: "Solaris", author: "Stanislaw Lem", year: 1961, lent: false }, "solaris");
await library.get("solaris");
await library.head("solaris");
const lent = await library.insert({ _id: dune.id, _rev: dune.rev, title: "Dune", author: "Frank Herbert", year: 1965, lent: true });
await library.get(dune.id);
await library.get(dune.id, { rev: dune.rev });
await fails(library.insert({ _id: dune.id, _rev: dune.rev, title: "Dune", lent: false }));
await library.bulk({ docs: [{ _id: "ubik", title: "Ubik", year: 1969 }, { _id: "solaris", title: "no revision" }] });
await library.list();
await library.list({ include_docs: true, limit: 1 });
await library.fetch({ keys: ["solaris", "nothing"] });
await library.attachment.insert("ubik", "cover.txt", Buffer.from("a cover"), "text/plain", { rev: (await library.get("ubik"))._rev });
await library.attachment.get("ubik", "cover.txt");
await library.changes();
await fails(library.get("missing"));
await library.destroy(dune.id, lent.rev);
await fails(library.get(dune.id));
await server.db.destroy("library");
await fails(server.db.get("library"));
