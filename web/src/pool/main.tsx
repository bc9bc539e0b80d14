import { mount } from "../common/mount";
import "../common/layout.css";
import "./pool.css";
import { App } from "./App";

mount(App);
