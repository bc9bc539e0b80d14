import "./dashboard.css";

import { mount } from "../common/mount";
import { App } from "./App";

mount(App);
