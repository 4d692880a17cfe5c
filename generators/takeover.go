package generators

// Mention is a place in a file that configures a link.
type Mention struct {
	// Pattern is the link's name, perhaps with wildcards of [path.Match]; empty
	// where the file picks its links by something else than the name.
	Pattern string
	// Line counts from 1; zero where no line says it.
	Line int
	// Text is what stands there, without a secret.
	Text string
}

// Taking is what bondctl takes over from others.
type Taking struct {
	// Links are the names of the links.
	Links []string
	// Own tells that bondctl's files for the links are those of the same backend:
	// its consumers shall go on to care for the links, by these files alone.
	Own bool
}

// Edit is what becomes of a file that is not bondctl's when links are taken
// over, or of one that tells the consumers to leave the links alone.
type Edit struct {
	Path string
	// Content is nil where the file goes. An empty one that is not nil masks
	// files of the same name elsewhere, where the consumers know that.
	Content []byte
	// Links are those that the file configured, sorted.
	Links []string
	// How says for a person what is done, such as "profile removed".
	How string
}
