package dev.shootdown.core.exec;

class RepeatedStringsTest {
}
