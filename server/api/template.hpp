#pragma once
// Pages from templates: a small part of Mustache. What is put in is always escaped; there is no way around it.
//
//   {{name}}  {{a.b}}  {{.}}         a value, escaped for HTML text and quoted attributes
//   {{#name}}…{{/name}}              once for true and for an object, for each item of an array, not for false or empty
//   {{^name}}…{{/name}}              only where the one above would show nothing
//   {{>name}}                        the template of that name, in the same context

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ventanilla::api {

/// `text` for HTML, also inside a quoted attribute.
std::string escape_html(std::string_view text);

class Templates {
public:
    /// `text` must live as long as the templates.
    void add(std::string name, std::string_view text) { texts_.insert_or_assign(std::move(name), text); }

    /// The page; std::logic_error names what is wrong with a template: an unknown name, a section that does not end.
    std::string render(std::string_view name, const nlohmann::json& data) const;

private:
    std::map<std::string, std::string_view, std::less<>> texts_;
};

/// `text` as a template of plain text: values are put in as they are, e.g. the hours in "within {{hours}} hours".
std::string render_plain(std::string_view text, const nlohmann::json& data);

}  // namespace ventanilla::api
