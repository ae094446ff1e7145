// fetch against json-server: posts, comments and a profile; filters, pages, a conflict; part of the data is seeded.
const base = process.env.TREATY_URL_CLIENT_SERVER.replace(/\/$/, "");
const call = async (method, path, body) => {
  const answer = await fetch(base + path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
  const text = await answer.text();
  try { return JSON.parse(text); } catch { return text; }
};
if (process.argv[2] === "fill") {
  for (let number = 0; number < 500; number++) await call("POST", "/posts", { title: `strange ${number}`, author: "nobody", views: number });
  process.exit();
}
await call("GET", "/posts");
await call("GET", "/posts/1");
await call("GET", "/posts/1?_embed=comments");
await call("GET", "/posts?_page=1&_limit=1");
const post = await call("POST", "/posts", { title: "a post by me", author: "zoe", views: 0 });
await call("GET", `/posts/${post.id}`);
const comment = await call("POST", "/comments", { body: "nice one", postId: post.id });
const other = await call("POST", "/comments", { body: "very nice one", postId: post.id });
await call("GET", `/posts/${post.id}/comments`);
await call("GET", `/comments?postId=${post.id}`);
await call("GET", "/posts?author=zoe");
await call("PUT", `/posts/${post.id}`, { title: "a better post", author: "zoe", views: 1 });
await call("PATCH", `/posts/${post.id}`, { views: 2 });
await call("GET", `/posts/${post.id}`);
await call("PATCH", `/comments/${comment.id}`, { body: "edited comment" });
await call("DELETE", `/comments/${other.id}`);
await call("GET", `/comments/${other.id}`);
await call("GET", "/posts/424242");
await call("POST", "/posts", { id: post.id, title: "dup" });
await call("GET", "/profile");
await call("PATCH", "/profile", { verified: false });
await call("GET", "/nowhere");
const brief = await call("POST", "/posts", { title: "short lived", author: "zoe", views: 0 });
await call("DELETE", `/posts/${brief.id}`);
await call("GET", `/posts/${brief.id}`);
