import { mount } from "../common/mount";
import "./checkout.css";
import { Checkout } from "./Checkout";

mount(Checkout);
