/**
 * What functions that take long charge a render for. A text costs about a unit for each byte; these are measured in
 * units of about 100 ns. Keys of RSA take longer or shorter by chance; these are means. They must not be too high: a
 * chart of a registry with TLS between all its parts makes 48 of them.
 */
export const WORK_COSTS = {
  bcrypt: 2_000_000,
  derivePassword: 2_000_000,
  rsa2048: 1_000_000,
  rsa4096: 7_000_000,
  dsa: 15_000_000,
  ellipticCurve: 10_000,
  signature: 20_000,
} as const;
