import { mount } from "../shared/mount";
import "./checkout.css";
import { Checkout } from "./Checkout";

mount(Checkout);
