import { mount } from "../common/mount";
import "../common/layout.css";
import { App } from "./App";

mount(App);
