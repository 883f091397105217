-- How far the visitor and the agents had read when the chat closed. Of chats that were filed before, nobody knows: 0.
ALTER TABLE chat ADD COLUMN read_by_visitor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN read_by_agent INTEGER NOT NULL DEFAULT 0;
