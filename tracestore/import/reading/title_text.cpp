#include "tracestore/import/reading/title_text.h"

#include "tracestore/import/reading/short_text.h"

namespace tracestore {

std::string titleText(std::string_view text)
{
    return shortened(text, kMaxSessionTitle);
}

} // namespace tracestore
