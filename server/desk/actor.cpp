#include "desk/actor.hpp"

namespace ventanilla::desk {

protocol::From from(const VisitorActor& actor) {
    return {protocol::Role::visitor, actor.id, actor.member->name};
}

protocol::From from(const AgentActor& actor) {
    return {protocol::Role::agent, actor.agent.id, actor.agent.name};
}

}  // namespace ventanilla::desk
