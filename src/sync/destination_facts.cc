#include "sync/destination_facts.h"

#include "sync/device_content.h"
#include "sync/fake_super.h"

namespace arsync::sync {

using platform::Metadata;

Result<Metadata> destination_facts(const Context& context, const platform::Directory& directory, NameView name,
                                   const Metadata& source)
{
    auto facts = directory.stat(name);
    if (!facts) return facts;
    if (context.job.rights.fake_destination) show_fake({directory, name}, *facts);
    if (context.job.writing.into_devices && source.type == platform::FileType::Regular && is_device(facts->type))
        show_content(directory, name, *facts);
    return facts;
}

}  // namespace arsync::sync
