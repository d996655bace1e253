// A stranger's app in TypeScript: `node buy.js <url> <email>`. It asks for the code of the mail, buys a lamp, waits until
// it is told that the parcel was sent, and asks for a return. The last line is what it saw, as JSON.
import { createInterface } from "node:readline";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Answer<T> = { data?: T; error?: unknown; response: Response };
type Order = components["schemas"]["Order"];

const [url = "", email = ""] = process.argv.slice(2);
const PASSWORD = "a long enough pass phrase";
const api = createClient<paths>({ baseUrl: url });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function told(question: string): Promise<string> {
  console.log(question);
  return String((await lines.next()).value);
}

function got<T>({ data, error, response }: Answer<T>): T {
  if (data === undefined) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`);
  return data;
}

async function signUp(): Promise<string> {
  const begun = await api.POST("/_allauth/app/v1/auth/signup", { body: { email, password: PASSWORD } });
  if (begun.response.status !== 401) throw new Error(`signing up: ${begun.response.status}`);
  const pending = begun.error as components["schemas"]["SignInPending"];
  if (!pending.data.flows?.some((flow) => flow.id === "verify_email" && flow.is_pending)) throw new Error("no flow");
  const session = pending.meta.session_token ?? "";
  const signedIn = await api.POST("/_allauth/app/v1/auth/email/verify", {
    params: { header: { "X-Session-Token": session } },
    body: { key: await told("code?") },
  });
  got(signedIn);
  const again = got(await api.POST("/_allauth/app/v1/auth/login", { body: { email, password: PASSWORD } }));
  return again.meta.access_token ?? "";
}

async function cartWithALamp(): Promise<string> {
  const found = got(await api.GET("/api/v1/search/", { params: { query: { q: "lamp", in_stock: true } } }));
  const card = found.results.find((each) => each.kind === "physical");
  if (card === undefined) throw new Error("no lamp");
  const path = { product_id: card.product_id };
  const product = got(await api.GET("/api/v1/products/{product_id}/", { params: { path } }));
  const sku = product.variants?.find((variant) => variant.available)?.sku;
  if (sku === undefined) throw new Error("sold out");
  const cart = got(await api.POST("/api/v1/carts/"));
  const filled = got(
    await api.PUT("/api/v1/carts/{cart_id}/lines/{sku}/", {
      params: { path: { cart_id: cart.id, sku } },
      body: { product_id: card.product_id, quantity: 1 },
    }),
  );
  if (filled.lines[0]?.trouble !== null) throw new Error(`in the way: ${filled.lines[0]?.trouble}`);
  return filled.id;
}

async function main(): Promise<void> {
  api.use(bearer(await signUp()));
  const placed = got(
    await api.POST("/api/v1/orders/", {
      params: { header: { "Idempotency-Key": crypto.randomUUID() } },
      body: {
        cart: await cartWithALamp(),
        email,
        shipping_address: {
          name: "Tess Typed",
          line1: "1 Market Street",
          city: "San Francisco",
          postal_code: "94105",
          region: "CA",
          country: "US",
        },
        shipping_method: "standard",
        payment: { token: "tok_ok" },
      },
    }),
  );
  await told(`ordered ${placed.number}`);
  const path = { number: placed.number };
  const order = got(await api.GET("/api/v1/orders/{number}/", { params: { path } })) as Order;
  const returned = got(
    await api.POST("/api/v1/orders/{number}/returns/", {
      params: { path },
      body: { lines: order.lines.map((line) => ({ sku: line.sku, quantity: 1, reason: "changed_mind" as const })) },
    }),
  );
  const refused = await api.GET("/api/v1/orders/{number}/", { params: { path: { number: "SC-NOSUCHNO" } } });
  console.log(
    JSON.stringify({
      number: order.number,
      payment: order.payment?.status,
      total: order.total.amount,
      city: order.shipping_address.city,
      fulfilment: order.fulfilment_status,
      return: returned.status,
      refusal: refused.error?.code,
    }),
  );
  process.exit(0);
}

// Never run: the compiler must refuse it, or these types would be worth nothing.
export async function wrong(): Promise<void> {
  const path = { cart_id: "any", sku: "any" };
  // @ts-expect-error a quantity is a number
  await api.PUT("/api/v1/carts/{cart_id}/lines/{sku}/", { params: { path }, body: { product_id: "any", quantity: "one" } });
  // @ts-expect-error no cart has this member
  got(await api.POST("/api/v1/carts/")).price;
  // @ts-expect-error there is no such address
  await api.GET("/api/v1/nowhere/");
}

function bearer(token: string) {
  return {
    onRequest({ request }: { request: Request }) {
      request.headers.set("Authorization", `Bearer ${token}`);
    },
  };
}

await main();
