/** What the wallet in the page asks the wallet outside of it, where the key is. Bytes travel as base64. */
export type Ask =
  | { what: "connect"; silent: boolean }
  | { what: "disconnect" }
  | { what: "signTransaction"; transaction: string; chain: string | undefined }
  | { what: "signAndSendTransaction"; transaction: string; chain: string | undefined }
  | { what: "signMessage"; message: string }
  | { what: "signIn"; domain: string; fields: SignInFields };

/** The optional fields of Sign-In With Solana, as the Wallet Standard names them. */
export type SignInFields = {
  address?: string;
  statement?: string;
  uri?: string;
  version?: string;
  chainId?: string;
  nonce?: string;
  issuedAt?: string;
  expirationTime?: string;
  notBefore?: string;
  requestId?: string;
  resources?: string[];
};

/** What comes back: `said` when the wallet refused, with the code that wallets give to a refusal by their user. */
export type Told =
  | { ok: true; signature?: string; transaction?: string; message?: string; connected?: boolean }
  | { ok: false; said: string; code: number };

/** What a page can know of the wallet before it connects. */
export type Appearance = { name: string; address: string; chains: string[]; features: string[] };

/** The function of the page's window by which the wallet in the page reaches the one outside. */
export const BRIDGE = "tillTestWallet";
/** The global that the bundle of the wallet in the page is called by. */
export const BUNDLE = "TillTestWalletInPage";
