//! What an explorer shows to whoever finds a hole. Whoever deploys the program for others puts a
//! contact of his own here.

solana_security_txt::security_txt! {
    name: "Till",
    project_url: "see SECURITY.md in the source",
    contacts: "other:see SECURITY.md in the source",
    policy: "see SECURITY.md in the source",
    preferred_languages: "en",
    auditors: "none yet"
}
