#!/usr/bin/env node
// The file that npm links as `suyuan`: there before anything is built, so that the link is made on a fresh clone.
import '../dist/main.js';
