// The browser of somebody who signs in: follows redirects from an authorization address, keeping cookies, until it is
// sent to the callback, and prints that address. Usage: visit.mjs ADDRESS CALLBACK PERSON
const [, , start, callback, person] = process.argv;
const cookies = new Map();
let address = start;
for (let hop = 0; hop < 10; hop++) {
  const reply = await fetch(address, {
    redirect: 'manual',
    headers: {cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), 'x-test-person': person},
  });
  for (const line of reply.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    cookies.set(name, value);
  }
  const next = reply.headers.get('location');
  if (!next) {
    console.error(reply.status, await reply.text());
    process.exit(1);
  }
  address = new URL(next, address).href;
  if (address.startsWith(callback)) {
    console.log(address);
    process.exit(0);
  }
}
console.error('too many redirects');
process.exit(1);
