// std's allocator on the chain, put there by patch_std.py: the same as the one that the Solana SDK brings. It takes from
// the end of the heap downwards and never gives back; the first word of the heap says how far it has come.
use crate::alloc::{GlobalAlloc, Layout, System};

const HEAP_START: usize = 0x300000000;
const HEAP_LEN: usize = 32 * 1024;

#[stable(feature = "alloc_system_type", since = "1.28.0")]
unsafe impl GlobalAlloc for System {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe {
            let pos_ptr = HEAP_START as *mut usize;
            let mut pos = *pos_ptr;
            if pos == 0 {
                pos = HEAP_START + HEAP_LEN; // the heap starts as zeros
            }
            pos = pos.saturating_sub(layout.size());
            pos &= !(layout.align().wrapping_sub(1));
            if pos < HEAP_START + 8 {
                return crate::ptr::null_mut();
            }
            *pos_ptr = pos;
            pos as *mut u8
        }
    }

    #[inline]
    unsafe fn dealloc(&self, _ptr: *mut u8, _layout: Layout) {}
}
