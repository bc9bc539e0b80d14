import { disconnect } from "../../common/wallet";
import { call } from "../api/client";
import { end } from "./session";

/** Ends the session, here and at the API. Here it ends in any case. */
export async function signOut(): Promise<void> {
  const told = call("/v1/auth/session", { method: "DELETE" }).catch(() => undefined);
  end();
  await Promise.all([told, disconnect()]);
}
