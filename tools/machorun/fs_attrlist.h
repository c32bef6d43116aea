// Buffers of getattrlist(2) and its family.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "fs_layout.h"
#include "paths.h"

namespace machorun {

namespace darwin {
constexpr uint32_t kCommonName = 0x1;
constexpr uint32_t kCommonObjectType = 0x8;
constexpr uint32_t kCommonError = 0x20000000;
constexpr uint32_t kCommonReturned = 0x80000000;

constexpr uint64_t kOptNofollow = 0x1;
constexpr uint64_t kOptReportFullSize = 0x4;
constexpr uint64_t kOptPackInvalid = 0x8;
constexpr uint64_t kOptCommonExtended = 0x20;
constexpr uint64_t kOptNofollowAny = 0x800;
}  // namespace darwin

// Writes one file's or volume's attributes: a length, values of fixed size in the order of their bits, then the texts
// to which attrreference_t values point. Nothing is aligned to more than four bytes.
class AttributePacker {
public:
    AttributePacker() { put(uint32_t{0}); }

    template <class Value>
    void put(const Value& value)
    {
        const size_t at = fixed_.size();
        fixed_.resize(at + (sizeof value + 3) / 4 * 4);
        std::memcpy(fixed_.data() + at, &value, sizeof value);
    }
    void put_bytes(std::string_view bytes) { fixed_.append(bytes); }
    void put_text(std::string_view text);  // with its zero byte
    size_t fixed_size() const { return fixed_.size(); }
    // The whole buffer, its length filled in and rounded up to `alignment`.
    std::string finish(size_t alignment) const;

private:
    struct Reference {
        size_t at;    // of the attrreference_t in fixed_
        size_t text;  // in texts_
    };
    std::string fixed_;
    std::string texts_;
    std::vector<Reference> references_;
};

struct Described {
    const Object& object;
    std::string name;
    uint64_t parent;  // inode of the directory
};

bool is_volume_root(const Object& object);

AttributeSet file_attributes();  // what pack_file can pack

// Packs what `wanted` asks for of a file; `returned` says what was packed. EINVAL for bits that macOS does not have,
// or, without ATTR_CMN_RETURNED_ATTRS, for ones that are not imitated.
int pack_file(const Described& file, const AttributeSet& wanted, uint64_t options, AttributePacker& packer);
int pack_volume(const Object& root, const AttributeSet& wanted, AttributePacker& packer);
// An entry of which nothing is known but its name and why.
void pack_failure(std::string_view name, int error, const AttributeSet& wanted, AttributePacker& packer);

}  // namespace machorun
