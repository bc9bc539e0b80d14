import { mount } from "../shared/mount";
import "../shared/layout.css";
import "./pool.css";
import { App } from "./App";

mount(App);
