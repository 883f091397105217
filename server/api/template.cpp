#include "api/template.hpp"

#include <fmt/format.h>

#include <functional>
#include <stdexcept>
#include <vector>

namespace ventanilla::api {
namespace {

using nlohmann::json;
using Partial = std::function<std::string_view(std::string_view)>;

// Templates that include each other would otherwise end with the stack.
constexpr int kDeepest = 32;

struct Tag {
    char kind = ' ';  ///< '#', '^', '/', '>' or ' ' for a value
    std::string_view name;
    std::size_t begin = 0;
    std::size_t end = 0;  ///< behind the closing braces
};

std::string_view trim(std::string_view text) {
    const auto from = text.find_first_not_of(" \n");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \n") - from + 1);
}

/// The first tag at or after `from`; its `begin` is npos if there is none.
Tag next_tag(std::string_view text, std::size_t from) {
    Tag tag;
    tag.begin = text.find("{{", from);
    if (tag.begin == std::string_view::npos) return tag;
    const auto close = text.find("}}", tag.begin);
    if (close == std::string_view::npos) throw std::logic_error("a template tag is not closed");
    auto inner = trim(text.substr(tag.begin + 2, close - tag.begin - 2));
    if (!inner.empty() && std::string_view("#^/>").find(inner.front()) != std::string_view::npos) {
        tag.kind = inner.front();
        inner = trim(inner.substr(1));
    }
    tag.name = inner;
    tag.end = close + 2;
    return tag;
}

/// The tag that ends the section which `open` begins.
Tag end_of_section(std::string_view text, const Tag& open) {
    int depth = 1;
    for (auto tag = next_tag(text, open.end); tag.begin != std::string_view::npos; tag = next_tag(text, tag.end)) {
        if (tag.name != open.name) continue;
        if (tag.kind == '#' || tag.kind == '^') ++depth;
        if (tag.kind == '/' && --depth == 0) return tag;
    }
    throw std::logic_error(fmt::format("template section {} is not closed", open.name));
}

bool shows(const json* value) {
    if (value == nullptr || value->is_null()) return false;
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_string()) return !value->get_ref<const std::string&>().empty();
    return !value->is_array() || !value->empty();
}

class Renderer {
public:
    Renderer(const json& data, bool html, Partial partial) : html_(html), partial_(std::move(partial)) {
        scopes_.push_back(&data);
    }

    void run(std::string_view text) {
        if (++depth_ > kDeepest) throw std::logic_error("templates include each other");
        std::size_t at = 0;
        for (auto tag = next_tag(text, 0); tag.begin != std::string_view::npos; tag = next_tag(text, at)) {
            out_ += text.substr(at, tag.begin - at);
            at = tag.end;
            if (tag.kind == ' ') {
                put(tag.name);
            } else if (tag.kind == '>') {
                run(partial_(tag.name));
            } else if (tag.kind == '/') {
                throw std::logic_error(fmt::format("template section {} was not begun", tag.name));
            } else {
                const auto end = end_of_section(text, tag);
                section(tag, text.substr(tag.end, end.begin - tag.end));
                at = end.end;
            }
        }
        out_ += text.substr(at);
        --depth_;
    }

    std::string take() { return std::move(out_); }

private:
    const json* find(std::string_view name) const {
        if (name == ".") return scopes_.back();
        const auto dot = name.find('.');
        const auto first = name.substr(0, dot);
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
            if (!(*scope)->is_object()) continue;
            const auto found = (*scope)->find(first);
            if (found == (*scope)->end()) continue;
            if (dot == std::string_view::npos) return &*found;
            const auto member = found->find(name.substr(dot + 1));
            return member == found->end() ? nullptr : &*member;
        }
        return nullptr;
    }

    void put(std::string_view name) {
        const auto* value = find(name);
        if (value == nullptr) throw std::logic_error(fmt::format("a template wants {}, which is not there", name));
        const auto text = value->is_string() ? value->get<std::string>() : value->dump();
        out_ += html_ ? escape_html(text) : text;
    }

    void section(const Tag& tag, std::string_view inner) {
        const auto* value = find(tag.name);
        if (shows(value) != (tag.kind == '#')) return;
        if (tag.kind == '^' || !value->is_structured()) {
            run(inner);
            return;
        }
        const auto each = [&](const json& scope) {
            scopes_.push_back(&scope);
            run(inner);
            scopes_.pop_back();
        };
        if (value->is_object()) {
            each(*value);
        } else {
            for (const auto& item : *value) each(item);
        }
    }

    std::vector<const json*> scopes_;
    bool html_;
    Partial partial_;
    std::string out_;
    int depth_ = 0;
};

}  // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out.push_back(c);
        }
    }
    return out;
}

std::string Templates::render(std::string_view name, const json& data) const {
    const Partial partial = [this](std::string_view wanted) {
        const auto found = texts_.find(wanted);
        if (found == texts_.end()) throw std::logic_error(fmt::format("there is no template {}", wanted));
        return found->second;
    };
    Renderer renderer(data, true, partial);
    renderer.run(partial(name));
    return renderer.take();
}

std::string render_plain(std::string_view text, const json& data) {
    Renderer renderer(data, false, [](std::string_view) -> std::string_view {
        throw std::logic_error("a plain text includes no other");
    });
    renderer.run(text);
    return renderer.take();
}

}  // namespace ventanilla::api
