/** Who acts next: a binary heap of times, one for each slot, all in typed arrays. */
export interface EventQueue {
  readonly size: () => number
  /** The slot with the earliest time; only while size() is above 0. */
  readonly firstSlot: () => number
  readonly firstTime: () => number
  readonly add: (slot: number, time: number) => void
  /** Gives the first slot a later time. */
  readonly moveFirst: (time: number) => void
  readonly removeFirst: () => void
}

export function createEventQueue(capacity: number): EventQueue {
  const times = new Float64Array(capacity)
  const slots = new Int32Array(capacity)
  let size = 0

  function sinkFirst(time: number, slot: number): void {
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && times[child + 1]! < times[child]!) child++
      if (times[child]! >= time) break
      times[at] = times[child]!
      slots[at] = slots[child]!
      at = child
    }
    times[at] = time
    slots[at] = slot
  }

  return {
    size: () => size,
    firstSlot: () => slots[0]!,
    firstTime: () => times[0]!,
    add: (slot, time) => {
      let at = size++
      for (let parent = (at - 1) >> 1; at > 0 && times[parent]! > time; parent = (at - 1) >> 1) {
        times[at] = times[parent]!
        slots[at] = slots[parent]!
        at = parent
      }
      times[at] = time
      slots[at] = slot
    },
    moveFirst: (time) => sinkFirst(time, slots[0]!),
    removeFirst: () => {
      size--
      if (size > 0) sinkFirst(times[size]!, slots[size]!)
    },
  }
}
