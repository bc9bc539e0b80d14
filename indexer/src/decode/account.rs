//! Every account that the program keeps, with its type: for who has to understand it.

use anchor_lang::Discriminator;
use till::{
    BurnRecord, Campaign, Donation, Merchant, MintPolicy, Payment, Pool, Position, Protocol, Vault, Vesting,
};

use super::DecodeError;

macro_rules! accounts {
    ($($name:ident),+ $(,)?) => {
        /// An account of the program.
        #[derive(Clone, Debug, PartialEq)]
        pub enum TillAccount {
            $($name(Box<$name>)),+
        }

        impl TillAccount {
            /// The accounts that are known here: their names, and what their data begins with.
            pub const ALL: &[(&str, &[u8])] = &[$((stringify!($name), $name::DISCRIMINATOR)),+];

            /// Reads an account's data, to the last byte.
            pub fn decode(data: &[u8]) -> Result<Self, DecodeError> {
                let (discriminator, body) = data.split_first_chunk::<8>().ok_or(DecodeError::Short)?;
                $(if discriminator == $name::DISCRIMINATOR {
                    return bytemuck::try_pod_read_unaligned(body)
                        .map(|account| Self::$name(Box::new(account)))
                        .map_err(|_| DecodeError::Malformed { name: stringify!($name) });
                })+
                Err(DecodeError::Unknown(*discriminator))
            }
        }
    };
}

accounts!(
    Protocol, MintPolicy, Merchant, Vault, Payment, Campaign, Donation, Pool, Position, Vesting, BurnRecord,
);
