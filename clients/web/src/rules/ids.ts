/** Ids as the contract writes them; nothing else is sent to a server. */
export const isRunId = (text: string): boolean => /^run_[0-9a-f]{12}$/.test(text);
export const isRunName = (text: string): boolean => text.startsWith("runs/") && isRunId(idOf(text));
export const isAssetId = (text: string): boolean => /^adv_[0-9a-f]{12}$/.test(text);
export const isSessionId = (text: string): boolean => /^ws_[0-9a-f]{12}$/.test(text);
export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The last part of a resource name. */
export const idOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** A digest short enough for a line: its beginning and its end. */
export const shortDigest = (digest: string): string =>
  digest.length > 20 ? `${digest.slice(0, 12)}…${digest.slice(-4)}` : digest;

/** A key that makes a write happen once, however often it is sent. */
export const newKey = (): string => crypto.randomUUID();

/** Lower-case hex SHA-256. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
