// getattrlist(2), fgetattrlist(2), getattrlistat(2), and the form of their buffers.
#include <algorithm>

#include <sys/stat.h>

#include "darwin_errno.h"
#include "fs_attrlist.h"
#include "fs_tables.h"
#include "volumes.h"

namespace machorun {

void AttributePacker::put_text(std::string_view text)
{
    references_.push_back({fixed_.size(), texts_.size()});
    const struct {
        int32_t offset;
        uint32_t length;
    } reference{0, static_cast<uint32_t>(text.size() + 1)};
    put(reference);
    texts_.append(text);
    texts_.resize((texts_.size() + 1 + 3) / 4 * 4);
}

std::string AttributePacker::finish(size_t alignment) const
{
    std::string buffer = fixed_ + texts_;
    for (const Reference& reference : references_) {
        // Counted from the reference itself.
        const auto offset = static_cast<int32_t>(fixed_.size() + reference.text - reference.at);
        std::memcpy(buffer.data() + reference.at, &offset, sizeof offset);
    }
    buffer.resize((buffer.size() + alignment - 1) / alignment * alignment);
    const auto length = static_cast<uint32_t>(buffer.size());
    std::memcpy(buffer.data(), &length, sizeof length);
    return buffer;
}

namespace {

Links links_for(uint64_t options)
{
    if (options & darwin::kOptNofollowAny) return Links::kNone;
    return options & darwin::kOptNofollow ? Links::kNofollow : Links::kFollow;
}

Described described(const Object& object)
{
    const std::string path = path_of(object.fd());
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {object, path, 0};
    struct stat parent = {};
    stat(slash ? path.substr(0, slash).c_str() : "/", &parent);
    const std::string name = path == "/" ? "/" : path.substr(slash + 1);
    return {object, name, parent.st_ino};
}

int get_attributes(const Looked<Object>& object, const AttributeList* list, void* buffer, size_t size, uint64_t options)
{
    if (!object) return fail(object.error());
    if (list->bitmap_count != 5) return fail(EINVAL);  // ATTR_BIT_MAP_COUNT
    const AttributeSet& wanted = list->wanted;
    // Errors of single files are for getattrlistbulk(2) to report.
    if ((options & darwin::kOptPackInvalid) && !(wanted.common & darwin::kCommonReturned)) return fail(EINVAL);
    AttributePacker packer;
    const int error =
        wanted.volume ? pack_volume(*object, wanted, packer) : pack_file(described(*object), wanted, options, packer);
    if (error) return fail(error);
    if (size < packer.fixed_size()) return fail(ERANGE);
    std::string packed = packer.finish(4);
    // Texts that do not fit are cut off; the length tells how much was written, or how much there is.
    if (packed.size() > size && !(options & darwin::kOptReportFullSize)) {
        const auto length = static_cast<uint32_t>(size);
        std::memcpy(packed.data(), &length, sizeof length);
    }
    std::memcpy(buffer, packed.data(), std::min(size, packed.size()));
    return 0;
}

bool known_options(uint64_t options)
{
    constexpr uint64_t kKnown = darwin::kOptNofollow | darwin::kOptReportFullSize | darwin::kOptPackInvalid |
                                darwin::kOptCommonExtended | darwin::kOptNofollowAny;
    return !(options & ~kKnown);
}

int darwin_getattrlistat(int directory, const char* path, AttributeList* list, void* buffer, size_t size,
                         uint64_t options)
{
    if (!known_options(options)) return fail(EINVAL);
    return get_attributes(Object::at(directory, path, links_for(options)), list, buffer, size, options);
}

int darwin_getattrlist(const char* path, AttributeList* list, void* buffer, size_t size, uint32_t options)
{
    return darwin_getattrlistat(darwin::kAtFdcwd, path, list, buffer, size, options);
}

int darwin_fgetattrlist(int fd, AttributeList* list, void* buffer, size_t size, uint32_t options)
{
    if (!known_options(options)) return fail(EINVAL);
    return get_attributes(Object::of(fd), list, buffer, size, options);
}

}  // namespace

std::span<const Import> attribute_get_imports()
{
    static const Import imports[] = {
        import("getattrlist", darwin_getattrlist),
        import("fgetattrlist", darwin_fgetattrlist),
        import("getattrlistat", darwin_getattrlistat),
    };
    return imports;
}

std::span<const Import> fs_attrlist_imports()
{
    static const auto imports = joined({attribute_get_imports(), attribute_set_imports(), attribute_bulk_imports()});
    return imports;
}

}  // namespace machorun
