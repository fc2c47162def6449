/** A plugin for the emulator, outside its build: it needs emulator-core and nothing else. */
package org.example.walks;
