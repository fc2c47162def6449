/**
 * What carries interrupt messages between local APICs: who is addressed, when a message arrives, and the
 * accounts.
 *
 * <p>A message is <em>sent</em> by a write of the interrupt command register, is <em>in flight</em> in the
 * machine's event queue, <em>arrives</em> in the target's bounded inbound ring, and is <em>accepted</em> by
 * the target's APIC, which drains the ring at once. A fixed interrupt is then <em>requested</em> (a bit of
 * the IRR), <em>coalesced</em> (the bit was already set) or <em>discarded</em> (the APIC is disabled or was
 * reset). A requested one is <em>delivered</em> when its core begins to service it. {@link
 * dev.shootdown.apic.fabric.IpiLedger} keeps these words honest.
 *
 * <p>The ring is Agrona's {@code LongArrayQueue}: preallocated and without boxing, but also without the
 * fences of the concurrent rings, because one thread owns a machine.
 *
 * <p>Refused: SMI, the INIT level de-assert of old processors, arbitration on an APIC bus, and any state of a
 * local APIC apart from what {@link dev.shootdown.apic.fabric.Endpoint} shows.
 *
 * <p>Floor: imports only {@code dev.shootdown.core}; {@code dev.shootdown.apic} stands on it.
 */
package dev.shootdown.apic.fabric;
