// A real OpenID provider for tests: prints {"issuer": …} when it listens and ends with its standard input. Whoever
// comes is signed in at once as the person that visit.mjs names in a header
// (a real one would show a form). Clients: "rsa" and "ec" differ in how their ID tokens are signed.
import http from 'node:http';
import {generateKeyPairSync} from 'node:crypto';
import Provider from 'oidc-provider';

const callback = process.argv[2];
const people = {
  sub1: {email: 'wang@example.org', email_verified: true, name: '王某某'},
  sub2: {email: 'li@example.org', email_verified: false, name: '李某某'},
};
const jwk = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({format: 'jwk'}), alg, use: 'sig', kid: alg,
});

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = (client_id, alg, method) => ({
    client_id, client_secret: 'a secret of tests only, +&= included', redirect_uris: [callback],
    response_types: ['code'], grant_types: ['authorization_code'], id_token_signed_response_alg: alg,
    token_endpoint_auth_method: method,
  });
  const provider = new Provider(issuer, {
    clients: [client('rsa', 'RS256', 'client_secret_basic'), client('ec', 'ES256', 'client_secret_basic')],
    jwks: {keys: [jwk('rsa', {modulusLength: 2048}, 'RS256'), jwk('ec', {namedCurve: 'P-256'}, 'ES256')]},
    pkce: {required: () => true, methods: ['S256']},
    claims: {email: ['email', 'email_verified'], profile: ['name']},
    conformIdTokenClaims: false,
    features: {devInteractions: {enabled: false}},
    cookies: {keys: ['tests only']},
    enabledJWA: {idTokenSigningAlgValues: ['RS256', 'ES256']},
    interactions: {url: (_, interaction) => `/interaction/${interaction.uid}`},
    findAccount: (_, sub) => ({accountId: sub, claims: () => ({sub, ...people[sub]})}),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return handle(request, response);
    await provider.interactionFinished(request, response, {login: {accountId: request.headers['x-test-person']}});
  });
  console.log(JSON.stringify({issuer}));
});
process.stdin.on('end', () => process.exit(0)).resume();
