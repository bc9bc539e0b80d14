import { mount } from "../shared/mount";
import { Checkout } from "./Checkout";

mount(Checkout);
