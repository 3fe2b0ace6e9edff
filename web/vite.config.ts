import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@shell": at("./src/shell"), "@modules": at("./src/modules") } },
  build: {
    target: "es2022",
    manifest: true, // read by tools/compress.mjs
    assetsInlineLimit: 0, // a data: URL would need a wider Content-Security-Policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // counted by tools/compress.mjs, compressed, where it matters
  },
  html: { cspNonce: "__NONCE__" }, // the server puts a fresh one into every reply (src/http/static_files.hpp)
  server: { proxy: { "/api": "http://127.0.0.1:8440" } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
