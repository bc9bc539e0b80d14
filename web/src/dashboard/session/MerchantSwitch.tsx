import { words } from "../words";
import { chooseMerchant, isChoosing, merchant } from "./session";

/** For whom one acts, and the way to another merchant. */
export function MerchantSwitch() {
  const current = merchant.value;
  if (!current) {
    return <span class="spacer" />;
  }
  const choose = () => {
    isChoosing.value = true;
    chooseMerchant(null);
  };
  return (
    <p class="acting">
      <strong>{current.name}</strong>
      <button type="button" class="copy" onClick={choose}>
        {words("other_merchant")}
      </button>
    </p>
  );
}
