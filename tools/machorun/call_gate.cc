#include "call_gate.h"

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "call_log.h"
#include "faults.h"

namespace machorun {
namespace {

struct Gate {
    std::string name;
    void* target = nullptr;
    GateOptions options;
};

// What the entry code has pushed, lowest address first. Everything is put back from here, so that changing `next` and
// `return_address` steers the call.
struct SavedCall {
    std::uint64_t next;  // the gate when it comes in, where to jump to when it goes out
    std::uint64_t rax;   // for a variadic function: how many vector registers are used. Else: the result to return
    std::uint64_t r9, r8, rcx, rdx, rsi, rdi;
    std::uint64_t return_address;
};

// A logged call returns to the gate and not to its caller, whose address waits here meanwhile. Calls nest: fcopyfile()
// calls back, a signal handler may run at any point.
struct PendingCall {
    const Gate* gate;
    std::uint64_t return_address;
    std::size_t length;
    std::array<char, 1024> line;
};

constexpr std::size_t kMaxNesting = 12;
struct CallStack {
    std::size_t depth = 0;
    std::array<PendingCall, kMaxNesting> calls;
};
thread_local CallStack call_stack;

extern "C" void machorun_gate_entry();
extern "C" void machorun_gate_return();
extern "C" void machorun_gate_skip();

// `depth` grows before the entry is filled, so that a signal handler in between takes the next entry.
void push_pending(const Gate& gate, SavedCall& call)
{
    const std::size_t index = call_stack.depth;
    if (index >= kMaxNesting) return;
    call_stack.depth = index + 1;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    PendingCall& pending = call_stack.calls[index];
    pending.gate = &gate;
    pending.return_address = call.return_address;
    const std::array<std::int64_t, 6> arguments = {
        static_cast<std::int64_t>(call.rdi), static_cast<std::int64_t>(call.rsi), static_cast<std::int64_t>(call.rdx),
        static_cast<std::int64_t>(call.rcx), static_cast<std::int64_t>(call.r8),  static_cast<std::int64_t>(call.r9)};
    pending.length = format_call(pending.line, gate.name, arguments);
    call.return_address = reinterpret_cast<std::uint64_t>(&machorun_gate_return);
}

extern "C" void machorun_gate_enter(SavedCall* call)
{
    const int saved_errno = errno;
    const Gate& gate = *reinterpret_cast<const Gate*>(call->next);
    call->next = reinterpret_cast<std::uint64_t>(gate.target);
    if (gate.options.logged) push_pending(gate, *call);
    errno = saved_errno;
    if (!gate.options.faults) return;
    if (const auto result = injected_failure(gate.name)) {
        call->rax = static_cast<std::uint64_t>(*result);
        call->next = reinterpret_cast<std::uint64_t>(&machorun_gate_skip);
    }
}

// Returns where to go on.
extern "C" std::uint64_t machorun_gate_leave(std::int64_t result)
{
    PendingCall& pending = call_stack.calls[call_stack.depth - 1];
    log_result(pending.line, pending.length, pending.gate->name, result);
    const std::uint64_t return_address = pending.return_address;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    --call_stack.depth;
    return return_address;
}

}  // namespace

// entry: r11 is the gate. Saves all registers that can carry an argument, of which rax is one, calls
// machorun_gate_enter(), restores and jumps. The stack is aligned to 16 bytes after eight pushes and 136 more bytes.
// return: comes from the target by `ret`, so makes room for a return address and fills it in.
asm(R"(
.text
.type machorun_gate_entry, @function
machorun_gate_entry:
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %r8
    push %r9
    push %rax
    push %r11
    mov %rsp, %rdi
    sub $136, %rsp
    movups %xmm0, (%rsp)
    movups %xmm1, 16(%rsp)
    movups %xmm2, 32(%rsp)
    movups %xmm3, 48(%rsp)
    movups %xmm4, 64(%rsp)
    movups %xmm5, 80(%rsp)
    movups %xmm6, 96(%rsp)
    movups %xmm7, 112(%rsp)
    call machorun_gate_enter
    movups (%rsp), %xmm0
    movups 16(%rsp), %xmm1
    movups 32(%rsp), %xmm2
    movups 48(%rsp), %xmm3
    movups 64(%rsp), %xmm4
    movups 80(%rsp), %xmm5
    movups 96(%rsp), %xmm6
    movups 112(%rsp), %xmm7
    add $136, %rsp
    pop %r11
    pop %rax
    pop %r9
    pop %r8
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    jmp *%r11
.type machorun_gate_skip, @function
machorun_gate_skip:
    ret
.type machorun_gate_return, @function
machorun_gate_return:
    sub $8, %rsp
    push %rax
    push %rdx
    sub $40, %rsp
    movups %xmm0, (%rsp)
    movups %xmm1, 16(%rsp)
    mov %rax, %rdi
    call machorun_gate_leave
    mov %rax, 56(%rsp)
    movups (%rsp), %xmm0
    movups 16(%rsp), %xmm1
    add $40, %rsp
    pop %rdx
    pop %rax
    ret
)");

void* make_call_gate(std::string_view name, void* target, GateOptions options)
{
    // mov $gate, %r11; mov $machorun_gate_entry, %r10; jmp *%r10
    constexpr std::size_t kGateAt = 2;
    constexpr std::size_t kEntryAt = 12;
    std::array<std::uint8_t, 23> code = {0x49, 0xbb, 0, 0, 0, 0, 0, 0, 0,    0,    0x49, 0xba,
                                         0,    0,    0, 0, 0, 0, 0, 0, 0x41, 0xff, 0xe2};
    const auto* gate = new Gate{std::string(name), target, options};
    const auto entry = reinterpret_cast<std::uint64_t>(&machorun_gate_entry);
    std::memcpy(&code[kGateAt], &gate, sizeof gate);
    std::memcpy(&code[kEntryAt], &entry, sizeof entry);
    void* const page = mmap(nullptr, code.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) std::abort();
    std::memcpy(page, code.data(), code.size());
    if (mprotect(page, code.size(), PROT_READ | PROT_EXEC) != 0) std::abort();
    return page;
}

}  // namespace machorun
