#include "thread_locals.h"

#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "imports.h"

namespace machorun {
namespace {

// What the program passes to __tlv_bootstrap(): one per variable, made by the linker.
struct Descriptor {
    void* (*get_address)(Descriptor*);
    unsigned long key;
    unsigned long offset;  // within the template
};

struct Template {
    std::uint64_t begin = 0;
    std::uint64_t initialised_end = 0;
    std::uint64_t end = 0;
};

constexpr std::size_t kAlignment = 64;

Template image_template;
pthread_key_t block_key;
thread_local char* block = nullptr;

// The block has to outlive the destructors of the variables in it, which run before those of pthread keys.
void free_block(void* memory)
{
    block = nullptr;
    std::free(memory);
}

void make_block()
{
    const std::size_t size = image_template.end - image_template.begin;
    block = static_cast<char*>(std::aligned_alloc(kAlignment, (size + kAlignment) / kAlignment * kAlignment));
    if (block == nullptr) std::abort();
    const std::size_t initialised = image_template.initialised_end - image_template.begin;
    std::memcpy(block, reinterpret_cast<const void*>(image_template.begin), initialised);
    std::memset(block + initialised, 0, size - initialised);
    pthread_setspecific(block_key, block);
}

extern "C" void* machorun_thread_local_address(Descriptor* descriptor)
{
    if (block == nullptr) make_block();
    return block + descriptor->offset;
}

extern "C" void* machorun_thread_local(Descriptor* descriptor);

extern "C" int __cxa_thread_atexit_impl(void (*destroy)(void*), void* object, void* library);  // glibc

// The host counts threads' destructors per library, found by an address in it. The program is no library of the host,
// so the address has to be one of machorun's.
int tlv_atexit(void (*destroy)(void*), void* object)
{
    return __cxa_thread_atexit_impl(destroy, object, &image_template);
}

}  // namespace

// A compiler expects that this call changes nothing but rax and rdi, so everything a C++ function may use is saved:
// rbp is for finding the stack again, fxsave needs it aligned.
asm(R"(
.text
.type machorun_thread_local, @function
machorun_thread_local:
    push %rbp
    mov %rsp, %rbp
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %r8
    push %r9
    push %r10
    push %r11
    sub $528, %rsp
    and $-16, %rsp
    fxsave (%rsp)
    call machorun_thread_local_address
    fxrstor (%rsp)
    lea -64(%rbp), %rsp
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbp
    ret
.size machorun_thread_local, . - machorun_thread_local
)");

void set_up_thread_locals(const Image& image)
{
    pthread_key_create(&block_key, free_block);
    for (const Section& section : image.sections()) {
        if (section.type != kThreadLocalData && section.type != kThreadLocalZeros) continue;
        const bool is_first = image_template.begin == 0;
        image_template.begin = is_first ? section.address : std::min(image_template.begin, section.address);
        image_template.end = std::max(image_template.end, section.address + section.size);
        if (section.type == kThreadLocalData) {
            image_template.initialised_end = std::max(image_template.initialised_end, section.address + section.size);
        }
    }
    image_template.initialised_end = std::max(image_template.initialised_end, image_template.begin);
}

std::span<const Import> thread_locals_imports()
{
    static const Import table[] = {
        {"_tlv_bootstrap", reinterpret_cast<void*>(&machorun_thread_local), true},  // called with its own convention
        import("_tlv_atexit", tlv_atexit),
    };
    return table;
}

}  // namespace machorun
